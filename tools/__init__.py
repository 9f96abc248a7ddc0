"""The workshop: set-up, private servers, supervisor, checks and message catalogues behind the Makefile.

`setup`, `assets` and `native` run before the virtual environment exists, so they and `paths` use the
standard library only. Nothing here is imported by the portal itself.
"""
