"""Closing an account for a while after too many wrong passwords."""

from __future__ import annotations

from datetime import datetime, timedelta

from designer.models import User

TRIES = 5
CLOSED_FOR = timedelta(minutes=15)


def is_locked(user: User, now: datetime) -> bool:
    """Whether the account is closed at `now`."""
    return user.locked_until is not None and user.locked_until > now


def note_failure(user: User, now: datetime) -> None:
    """Count one wrong password; the fifth in a row closes the account for fifteen minutes."""
    user.failed_sign_ins += 1
    if user.failed_sign_ins >= TRIES:
        user.locked_until = now + CLOSED_FOR
        user.failed_sign_ins = 0


def clear(user: User) -> None:
    """Forget the wrong passwords after a right one."""
    user.failed_sign_ins, user.locked_until = 0, None
