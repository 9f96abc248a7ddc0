"""The open-data API: an edge, imported by nobody."""
