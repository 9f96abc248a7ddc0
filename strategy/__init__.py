"""What we want: working groups and their diagnosis, and the tree pillar -> strategy -> initiative.

May import assessment, stakeholders, accounts, places and core.
"""
