"""Timers: ISO 8601 dates, durations and cycles, cron, or the FEEL values of the same meaning.

Calendar units (years, months, days) are counted on the process's own clock, so that "every day at
nine" stays at nine across daylight saving (BPMN 2.0, clause 10.4.5; ISO 8601-2:2019).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from engine import cron
from engine.cron import CronInvalid
from engine.diagnostics import Text
from engine.feel.values import YearsMonths

FOREVER = -1
MAX_REPEAT = 1_000_000
_ISO = re.compile(
    r"P(?=[\dT])(?:(?P<y>\d+)Y)?(?:(?P<mo>\d+)M)?(?:(?P<w>\d+)W)?(?:(?P<d>\d+)D)?"
    r"(?:T(?=\d)(?:(?P<h>\d+)H)?(?:(?P<mi>\d+)M)?(?:(?P<s>\d+(?:[.,]\d+)?)S)?)?"
)
_CYCLE = re.compile(r"R(?P<n>\d*)/(?:(?P<start>[^/]+)/)?(?P<step>P[^/]+)")


class TimerInvalid(ValueError):
    """The text or value is not a timer of that kind."""

    def __init__(self, message: Text) -> None:
        super().__init__(message.en)
        self.message = message


@dataclass(frozen=True, slots=True)
class Step:
    """A length of time: whole months, whole days, and exact seconds."""

    months: int = 0
    days: int = 0
    exact: timedelta = timedelta(0)

    def times(self, count: int) -> Step:
        """This length so many times."""
        return Step(self.months * count, self.days * count, self.exact * count)

    def after(self, moment: datetime, zone: tzinfo) -> datetime:
        """`moment` plus this length; months and days on the wall clock of `zone`."""
        local = moment.astimezone(zone)
        if self.months or self.days:
            wall = _add_months(local.date(), self.months) + timedelta(days=self.days)
            local = datetime.combine(wall, local.time(), tzinfo=zone)
        return local.astimezone(UTC) + self.exact


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a timer is due, and how often more: `left` repetitions (-1: for ever).

    Each is a whole number of `step`s after `anchor`, so that the 31st stays the 31st after a short
    month, and half past two stays so after the night without it; or the next time of `cron`.
    """

    due: datetime
    left: int = 0
    step: Step | None = None
    cron: str | None = None
    anchor: datetime | None = None
    index: int = 0  #: how many steps `due` is after `anchor`

    def next(self, zone: tzinfo) -> Schedule | None:
        """The schedule after this due time, None when it was the last."""
        if self.cron is not None:
            due = cron.parse(self.cron).after(self.due, zone)
            return None if due is None else Schedule(due, FOREVER, cron=self.cron)
        if self.left == 0 or self.step is None:
            return None
        left = self.left if self.left == FOREVER else self.left - 1
        anchor, index = self.anchor or self.due, self.index + 1
        return Schedule(self.step.times(index).after(anchor, zone), left, self.step, None, anchor, index)


def schedule(kind: str, value: Any, *, now: datetime, zone: tzinfo) -> Schedule:
    """When a timer armed at `now` is due.

    `kind` is timeDate, timeDuration or timeCycle; `value` is ISO text or a FEEL date, date and
    time, or duration. Raises TimerInvalid.
    """
    if kind == "timeCycle":
        return _cycle(value, now, zone)
    if kind == "timeDuration":
        return Schedule(_step(value).after(now, zone))
    return Schedule(_instant(value, zone))


def to_value(timer: Schedule) -> dict[str, Any]:
    """A schedule as a storable value."""
    step = timer.step
    parts = None if step is None else [step.months, step.days, step.exact]
    kept = {"cron": timer.cron, "anchor": timer.anchor, "index": timer.index}
    return {"due": timer.due, "left": timer.left, "step": parts, **kept}


def from_value(value: dict[str, Any]) -> Schedule:
    """The schedule that `to_value` described."""
    parts = value["step"]
    step = None if parts is None else Step(int(parts[0]), int(parts[1]), parts[2])
    anchor, index = value.get("anchor"), int(value.get("index", 0))
    return Schedule(value["due"], int(value["left"]), step, value.get("cron"), anchor, index)


def check_text(kind: str, text: str) -> None:
    """Whether a literal is a timer of that kind. Raises TimerInvalid."""
    schedule(kind, text.strip(), now=datetime(2026, 1, 1, tzinfo=UTC), zone=UTC)


def _cycle(value: Any, now: datetime, zone: tzinfo) -> Schedule:
    text = value.strip() if isinstance(value, str) else ""
    match = _CYCLE.fullmatch(text)
    if match is None:
        return _cron(text, value, now, zone)
    count = int(match["n"]) if match["n"] else None
    if count == 0 or (count or 0) > MAX_REPEAT:
        raise _invalid(value, "R3/PT10M")
    step = _step(match["step"])
    left = FOREVER if count is None else count - 1
    if step == Step():
        raise _invalid(value, "R3/PT10M")
    if match["start"]:
        start = _instant(match["start"], zone)
        return Schedule(start, left, step, None, start, 0)
    return Schedule(step.after(now, zone), left, step, None, now, 1)


def _cron(text: str, value: Any, now: datetime, zone: tzinfo) -> Schedule:
    try:
        due = cron.parse(text).after(now, zone)
    except CronInvalid:
        raise _invalid(value, "R3/PT10M, 0 0 9 ? * MON-FRI") from None
    if due is None:
        raise _invalid(value, "0 0 9 ? * MON-FRI")
    return Schedule(due, FOREVER, cron=text)


def _step(value: Any) -> Step:
    if isinstance(value, timedelta):
        return Step(exact=value)
    if isinstance(value, YearsMonths):
        return Step(months=value.months)
    match = _ISO.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise _invalid(value, "P10D")
    number = {k: int(v or 0) for k, v in match.groupdict().items() if k != "s"}
    seconds = Decimal((match["s"] or "0").replace(",", "."))
    exact = timedelta(hours=number["h"], minutes=number["mi"], microseconds=int(seconds * 1_000_000))
    return Step(number["y"] * 12 + number["mo"], number["w"] * 7 + number["d"], exact)


def instant(value: Any, zone: tzinfo) -> datetime | None:
    """A date or date-time value (or ISO text) as an instant in UTC; None stays None."""
    return None if value is None or value == "" else _instant(value, zone)


def _instant(value: Any, zone: tzinfo) -> datetime:
    if isinstance(value, str):
        value = _parsed(value.strip())
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), tzinfo=zone).astimezone(UTC)
    raise _invalid(value, "2026-12-03T09:00:00+01:00")


def _parsed(text: str) -> Any:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise _invalid(text, "2026-12-03T09:00:00+01:00") from None


def _add_months(day: date, months: int) -> date:
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise _invalid(day, "P1M")


def _invalid(value: Any, example: str) -> TimerInvalid:
    return TimerInvalid(
        Text(
            f"« {value} » n’est pas un délai que la minuterie comprend. Écrivez par exemple {example}.",
            f'"{value}" is not a time this timer understands. Write for example {example}.',
        )
    )
