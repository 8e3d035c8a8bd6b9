"""Fixtures for every test of the repository, those inside the connectors' folders included."""

pytest_plugins = ["tests.environment", "tests.databases"]
