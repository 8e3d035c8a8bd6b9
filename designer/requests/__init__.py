"""Requests: what can be asked for, the form to ask, and the page that says where it stands."""

from designer.requests.views import bp

__all__ = ["bp"]
