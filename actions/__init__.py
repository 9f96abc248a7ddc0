"""What we do: the action plan of a cycle, its actions and the organisations that carry them.

May import strategy, assessment, stakeholders, accounts, places and core.
"""
