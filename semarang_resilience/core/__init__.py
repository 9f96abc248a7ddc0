"""The shared kernel: cycle and phases, activity log, refusals, permissions, text. Imports no other app."""
