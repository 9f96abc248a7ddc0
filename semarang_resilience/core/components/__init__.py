"""The building blocks of every page.

A component is a small function with keyword-only arguments and one template in `templates/components/`.
Pages load all of them with `{% load ui %}`; the gallery (`/id/galeri/`) shows each in every variant.
The modules are grouped by what they are for; `core/templatetags/ui.py` puts them together.
"""
