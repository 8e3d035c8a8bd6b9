"""Standard loops: while or until a condition holds, at most so many times (BPMN 2.0, clause 13.3.6)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.spiff.specs.repetition import COUNTER, Condition, Repetition, Verdict
from engine.spiff.xml import b

if TYPE_CHECKING:
    from engine.spiff.reader import Reader
    from engine.spiff.specs.activity import Activity
    from engine.spiff.token import Token
    from engine.spiff.xml import Element

MAXIMUM = "loopMaximum"


class StandardLoop(Repetition):
    """One instance after another, as long as `loopCondition` holds.

    `testBefore`: the condition is looked at before the first instance too.
    """

    def __init__(self, activity: Activity, marker: Element, reader: Reader) -> None:
        super().__init__(activity)
        text = (marker.findtext(b("loopCondition")) or "").strip()
        self.condition = Condition(reader.feel(text, marker), text) if text else None
        self.test_before = marker.get("testBefore") == "true"
        maximum = (marker.get(MAXIMUM) or "").strip()
        self.maximum = int(maximum) if maximum.isdecimal() else None

    def begin(self, body: Token) -> bool:
        """The first instance, unless the condition or the maximum forbids it."""
        self.open(body)
        body.memo = {"done": Decimal(0)}
        if self.maximum == 0 or (self.test_before and not self._again(body, body, 0)):
            return True
        self.start_instance(body, 0, {})
        return False

    def judge(self, instance: Token, body: Token) -> Verdict:
        """Done when the condition holds no longer or the maximum is reached."""
        done = int(body.memo["done"]) + 1
        reached = self.maximum is not None and done >= self.maximum
        return Verdict(reached or not self._again(body, instance, done), done - 1)

    def apply(self, verdict: Verdict, body: Token) -> None:
        """The next instance."""
        body.memo["done"] += 1
        if not verdict.done:
            self.start_instance(body, verdict.index + 1, {})

    def _again(self, body: Token, seen_by: Token, done: int) -> bool:
        if self.condition is None:
            return True
        seen: dict[str, Any] = {COUNTER: Decimal(done)}
        return self.condition.holds(body, seen_by.scope, seen)
