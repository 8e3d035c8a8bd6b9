"""Operations: what has stopped and why, what waits, what nobody knows for sure, and every instance."""

from designer.operations import effects, incidents, instances, migrate, modify
from designer.operations.blueprint import bp

__all__ = ["bp", "effects", "incidents", "instances", "migrate", "modify"]
