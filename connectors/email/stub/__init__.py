"""A mail catcher: takes every message, sends none on, shows them on a page."""
