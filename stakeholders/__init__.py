"""Who: organisations, people, and their membership in the forum of a cycle.

May import accounts, places and core.
"""
