"""Processes: by group, their versions, and opening a case from one."""

from designer.processes.views import bp

__all__ = ["bp"]
