"""Pages on which lists are imported and exported: one set for every list that an app registers.

An edge like portal and api: it reads the kernel's `core.importing` and imports no app of the domain; the
apps describe their lists in their package `resources`.
"""
