"""Fixtures and settings for every test of the repository, those inside the connectors' folders included."""

from hypothesis import settings

pytest_plugins = ["tests.environment", "tests.databases"]

# A generated example that is slow on a busy machine is no failure; pytest-timeout stops the ones that hang.
settings.register_profile("relais", deadline=None)
settings.load_profile("relais")
