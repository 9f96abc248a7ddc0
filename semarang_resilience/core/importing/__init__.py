"""Import and export of lists that people keep in spreadsheets (docs/adr/0019).

An app describes each of its lists by a `Resource` in its package `resources` and registers it; everything
else is here: reading the file, the preview row by row, applying it through the app's own operations, undoing
it, the template and the export. The pages are in `semarang_resilience.exchange`.
"""
