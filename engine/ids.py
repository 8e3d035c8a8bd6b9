"""Identifiers: UUID version 7 (RFC 9562, clause 5.7), so that new rows land at the end of an index."""

from __future__ import annotations

import os
import time
from uuid import UUID


def new_id() -> UUID:
    """A fresh UUIDv7: 48 bits of Unix milliseconds, then 74 random bits."""
    millis = time.time_ns() // 1_000_000
    tail = int.from_bytes(os.urandom(10), "big")
    high = (millis & 0xFFFF_FFFF_FFFF) << 16 | 0x7000 | (tail >> 68) & 0x0FFF
    low = 0x8000_0000_0000_0000 | tail & 0x3FFF_FFFF_FFFF_FFFF
    return UUID(int=high << 64 | low)
