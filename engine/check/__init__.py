"""The check: every construct is executed exactly, or refused by name before anything is deployed."""

from __future__ import annotations

from engine.check.decisions import check_model
from engine.check.package import check, check_file, job_reads

__all__ = ["check", "check_file", "check_model", "job_reads"]
