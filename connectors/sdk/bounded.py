"""Run a call and stop waiting for it when its time is up."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class TimeIsUp(Exception):
    """The call did not come back in time. It may still be running."""


class _Call(Generic[T]):
    """The outcome of a call made in another thread."""

    def __init__(self, function: Callable[[], T]) -> None:
        self._function = function
        self._value: T
        self._error: BaseException | None = None

    def __call__(self) -> None:
        try:
            self._value = self._function()
        except BaseException as error:  # noqa: BLE001  # handed over to the waiting thread, which raises it
            self._error = error

    def outcome(self) -> T:
        """The value, or the error raised again."""
        if self._error is not None:
            raise self._error
        return self._value


def call(function: Callable[[], T], seconds: float, name: str) -> T:
    """The function's result, or TimeIsUp after `seconds`.

    Python cannot end a thread from outside: a call that ignores its deadline is left behind in a daemon
    thread, which neither blocks the worker nor its shutdown. Its late result is discarded.
    """
    outcome = _Call(function)
    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(outcome,), name=name, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeIsUp(f"{name} did not come back in {seconds} s")
    return outcome.outcome()
