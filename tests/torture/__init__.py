"""Whole installations under kill -9: real processes, a real database, a robot in a real Chromium."""
