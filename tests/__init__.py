"""Tests mirror the tree; support/ holds what many of them lean on."""
