"""Home, stages, dashboards, the thread, health, the component gallery: an edge, imported by nobody."""
