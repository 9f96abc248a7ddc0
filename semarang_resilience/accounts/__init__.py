"""Who may log in, in which roles. May import core."""
