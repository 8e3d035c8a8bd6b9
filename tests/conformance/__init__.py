"""Suites that nobody on the team wrote: runners over public test material."""
