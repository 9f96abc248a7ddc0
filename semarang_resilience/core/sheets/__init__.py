"""Spreadsheets as people really keep them: reading any of them into rows, writing ones that are safe to open.

`reading` turns an upload into `Grid`s (cells as they stand), `headings` finds the row of headings among
titles, blanks and merged cells, `cells` understands what a cell means (dates, numbers, yes and no),
`writing` streams CSV and XLSX. Whatever cannot be read is refused with a sentence of its own.
"""
