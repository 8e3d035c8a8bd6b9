"""The one way a script runs: in a worker process of pydantic-monty, with a clock and limits of ours.

The interpreter has no import of the host's modules, no files, no network, no environment and no real sleep.
Workers are started when first needed, replaced when they die, and end with the process that started them.
"""

from __future__ import annotations

import atexit
import os
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any

from pydantic_monty import (
    CollectString,
    Frame,
    Monty,
    MontyConversionError,
    MontyCrashedError,
    MontyError,
    MontyRuntimeError,
    MontySession,
    MontySyntaxError,
    OSPolicy,
    ResourceLimits,
)

from engine import values
from engine.diagnostics import Text
from engine.scripts import passing
from engine.scripts.errors import ALL_BUSY, TOO_LONG, WORKER_LOST, ScriptFailed, ScriptInvalid, said
from engine.scripts.reading import Script

#: Seconds of computing; beyond them the script is stopped, and a worker that does not stop is killed.
MAX_SECONDS = 1.0
GRACE_SECONDS = 0.5
MAX_MEMORY = 64 * 1024 * 1024  #: bytes
MAX_RECURSION = 200
MAX_PRINTED = 64 * 1024  #: bytes; what is printed is dropped
#: Seconds to wait for a free worker.
MAX_WAIT = 5.0
#: Scripts after which a worker is replaced.
WORKER_LIFE = 1000

_LIMITS = ResourceLimits(
    max_feed_duration_secs=MAX_SECONDS, max_memory=MAX_MEMORY, max_recursion_depth=MAX_RECURSION
)
#: A name that nothing has: a text that begins with it is read to its end, and stops before its first line.
_NOWHERE = "__relais_nowhere"
#: Says what a script left behind, with the builtins as they were before the script could rename them.
_LOOKER = """
def __relais_unfit(value, depth=0, type=type, plain=("int", "float", "str", "bool", "NoneType", "Decimal",
        "date", "time", "datetime", "timedelta", "set", "frozenset", "bytes")):
    kind = type(value).__name__
    if kind in plain:
        return None
    if depth > 64:
        return "nested more than 64 deep"
    parts = value
    if kind == "dict":
        parts = value.values()
    elif kind != "list" and kind != "tuple":
        return kind
    for part in parts:
        found = __relais_unfit(part, depth + 1)
        if found is not None:
            return found
    return None
"""
_LOOK = """
try:
    __relais_kind = __relais_unfit({name})
    __relais_found["{name}"] = (None if __relais_kind else {name}, __relais_kind)
except NameError:
    pass
"""


@dataclass(frozen=True, slots=True)
class Moment:
    """What a script sees of time and chance: the instance's clock, and a seed for `random`."""

    now: datetime
    zone: tzinfo = UTC
    seed: str = ""

    def policy(self) -> OSPolicy:
        """The sandbox's clock stands still; `sleep` returns at once."""
        return OSPolicy(
            datetime=self.now,
            timezone=getattr(self.zone, "key", "UTC"),
            sleep="zero",
            process_time="zero",
            random_start={"seed": self.seed},
        )


class ScriptRunner:
    """Runs scripts on a pool of workers of its own; any number of threads may call it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: Monty | None = None
        self._owner = 0  #: the process that started the pool
        self._inherited: list[Monty] = []
        atexit.register(self.close)

    def check(self, script: Script) -> None:
        """Raises ScriptInvalid when the interpreter cannot read the text; nothing of it is run."""
        code = f"{_NOWHERE}\n{script.text}"
        try:
            with self._session(Moment(datetime(2026, 1, 1, tzinfo=UTC))) as session:
                session.feed_run(code, print_callback=CollectString(MAX_PRINTED))
        except (MontySyntaxError, MontyRuntimeError) as error:
            if _NOWHERE not in str(error):
                raise ScriptInvalid((_line(error.traceback(), "") or 2) - 1, _message(error)) from None
        except MontyCrashedError:
            raise ScriptInvalid(1, TOO_LONG) from None
        except TimeoutError:
            raise ScriptInvalid(1, ALL_BUSY) from None

    def run(self, script: Script, variables: Mapping[str, Any], moment: Moment) -> dict[str, Any]:
        """What the script assigned, and the lists and contexts that it changed in place, as variables.

        Raises ScriptFailed with the line; whatever happened, nothing else did.
        """
        sent = {name: passing.into(name, variables[name]) for name in script.names if name in variables}
        try:
            with self._session(moment) as session:
                found = _in_session(session, script, sent)
        except (MontySyntaxError, MontyRuntimeError) as error:
            raise _failed(error) from None
        except MontyConversionError as error:
            raise ScriptFailed(None, said("TypeError", str(error))) from None
        except MontyCrashedError as error:
            raise ScriptFailed(None, TOO_LONG if error.timed_out else WORKER_LOST) from None
        except TimeoutError:
            raise ScriptFailed(None, ALL_BUSY) from None
        return _results(script, sent, found)

    def close(self) -> None:
        """End the workers; the next script starts new ones."""
        with self._lock:
            pool, self._pool = self._pool, None
            if pool is not None and self._owner == os.getpid():
                pool.__exit__(None, None, None)

    def _session(self, moment: Moment) -> MontySession:
        return self._workers().checkout(limits=_LIMITS, os_policy=moment.policy())

    def _workers(self) -> Monty:
        """The pool; a process that was forked leaves its parent's workers alone and starts its own."""
        with self._lock:
            if self._pool is not None and self._owner != os.getpid():
                self._inherited.append(self._pool)
                self._pool = None
            if self._pool is None:
                self._pool, self._owner = _new_pool(), os.getpid()
            return self._pool


def _new_pool() -> Monty:
    pool = Monty(
        min_processes=0,
        max_processes=max(2, os.cpu_count() or 1),
        checkout_timeout=MAX_WAIT,
        request_timeout=MAX_SECONDS + 2 * GRACE_SECONDS,
        max_checkouts_per_worker=WORKER_LIFE,
        feed_duration_limit_grace=GRACE_SECONDS,
    )
    return pool.__enter__()


def _in_session(session: MontySession, script: Script, sent: dict[str, Any]) -> dict[str, Any]:
    """By name: (value, None), or (None, the Python type that no case can hold)."""
    session.feed_run(_LOOKER)
    session.feed_run(script.text, inputs=sent, print_callback=CollectString(MAX_PRINTED))
    wanted = sorted(script.assigned | {n for n, value in sent.items() if isinstance(value, dict | list)})
    looks = "".join(_LOOK.format(name=name) for name in wanted)
    found: dict[str, Any] = session.feed_run(f"__relais_found = {{}}\n{looks}\n__relais_found")
    return found


def _results(script: Script, sent: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    results = {}
    for name, (left, kind) in found.items():
        if kind is not None:
            raise ScriptFailed(None, passing.unfit(name, kind))
        value = passing.out_of(name, left)
        if name in script.assigned or values.dumps(value) != values.dumps(sent[name]):
            results[name] = value
    passing.check_size(results)
    return results


def _failed(error: MontySyntaxError | MontyRuntimeError) -> ScriptFailed:
    frames = error.traceback()
    if not frames and isinstance(error.exception(), TimeoutError):
        return ScriptFailed(None, TOO_LONG)
    return ScriptFailed(_line(frames, "<python-input-1>"), _message(error))


def _line(frames: list[Frame], filename: str) -> int | None:
    """The innermost line of the script itself."""
    lines = [f.line for f in frames if not filename or f.filename == filename]
    return lines[-1] if lines else None


def _message(error: MontyError) -> Text:
    kind = type(error.exception()).__name__
    detail = re.sub(rf"^(decimal\.)?{kind}:? ?(\[<class .*)?", "", str(error))
    return said(kind, detail.rstrip("."))


#: The one runner of this process.
RUNNER = ScriptRunner()
