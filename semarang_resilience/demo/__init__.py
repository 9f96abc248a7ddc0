"""The example city Semarang, played through the operations as the example accounts. Imports every domain app.

`data/` says what happens (declarative, with sources), `chapters/` plays it, `manage.py load_demo` runs the
chapters that have not been played yet. Quoted rows name their source, invented ones are marked as example.
"""
