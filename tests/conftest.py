"""Fixtures for the tests below this folder; those for the whole repository are listed in /conftest.py."""
