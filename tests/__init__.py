"""Every test that is not a connector's own."""
