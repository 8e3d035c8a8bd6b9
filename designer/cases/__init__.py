"""Cases: finding one, and seeing where it stands, why, and what happened."""

from designer.cases import adding, views
from designer.cases.views import bp

__all__ = ["adding", "bp", "views"]
