"""Version 1: read-only, published rows only, keyed by the codes that stand in public addresses."""
