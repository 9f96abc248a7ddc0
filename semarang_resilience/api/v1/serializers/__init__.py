"""Explicit fields, one module for each part of the domain."""
