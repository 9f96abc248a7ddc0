"""What we found: frameworks, perception surveys, hazards, critical assets, programmes, findings, focus areas.

May import stakeholders, accounts, places and core.
"""
