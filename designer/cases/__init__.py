"""Cases: finding one, and seeing where it stands, why, and what happened."""

from designer.cases.views import bp

__all__ = ["bp"]
