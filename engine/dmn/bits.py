"""Sets of small numbers as the bits of one int."""

from __future__ import annotations

from collections.abc import Iterator


def bits(whole: int) -> Iterator[int]:
    """The places of the bits that are set, from the lowest."""
    while whole:
        lowest = whole & -whole
        yield lowest.bit_length() - 1
        whole ^= lowest
