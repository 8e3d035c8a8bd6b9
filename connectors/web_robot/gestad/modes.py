"""How the application is told to misbehave."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any, Final

NAMES: Final = ("normal", "slow", "down", "changed", "maintenance", "lost")


@dataclass(frozen=True, slots=True)
class Mode:
    """`seconds` is for slow; `times` counts down to normal, None never does."""

    name: str = "normal"
    seconds: float = 3.0
    times: int | None = None

    @classmethod
    def of(cls, wish: dict[str, Any]) -> Mode:
        """Raises ValueError for a wish that makes no sense."""
        name, seconds, times = wish.get("mode"), wish.get("seconds", 3.0), wish.get("times")
        if name not in NAMES:
            raise ValueError(f"mode is one of {', '.join(NAMES)}")
        if not isinstance(seconds, int | float) or not 0 <= seconds <= 300:
            raise ValueError("seconds is from 0 to 300")
        if times is not None and (not isinstance(times, int) or times < 1):
            raise ValueError("times is a whole number from 1")
        return cls(name, float(seconds), times)

    def as_dict(self) -> dict[str, Any]:
        return {"mode": self.name, "seconds": self.seconds, "times": self.times}


class ModeSwitch:
    """The mode now; shared by the server's threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mode = Mode()

    @property
    def now(self) -> Mode:
        return self._mode

    def set(self, mode: Mode) -> None:
        with self._lock:
            self._mode = mode

    def use(self, *names: str) -> Mode:
        """The mode now; one of its `times` is used up when it is one of `names`."""
        with self._lock:
            mode = self._mode
            if mode.name in names and mode.times is not None:
                left = mode.times - 1
                self._mode = Mode(mode.name, mode.seconds, left) if left else Mode()
            return mode
