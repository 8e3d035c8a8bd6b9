"""The inbox: what waits for a person and her teams, and the page of one task."""

from designer.inbox import handover, task, views
from designer.inbox.blueprint import bp

__all__ = ["bp", "handover", "task", "views"]
