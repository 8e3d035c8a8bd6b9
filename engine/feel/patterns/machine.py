"""Runs a pattern over a text: a program whose threads advance together, one character at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.feel.errors import NullBecause
from engine.feel.patterns.classes import CharacterTest
from engine.feel.patterns.syntax import (
    Anchor,
    BackReference,
    Capture,
    Character,
    Choice,
    Repeat,
    Sequence,
    Tree,
)
from engine.feel.runtime import Run

MAX_PROGRAM = 5_000
_CHARACTER, _SPLIT, _JUMP, _SAVE, _ANCHOR, _BACK, _MATCH = range(7)
Saved = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """One match: where it is, and the spans of its groups, -1 where a group took no part."""

    start: int
    end: int
    saved: Saved

    def group(self, text: str, number: int) -> str:
        """The text of a group; 0 is the whole match; empty when the group took no part."""
        if 2 * number + 1 >= len(self.saved):
            return ""
        start, end = self.saved[2 * number], self.saved[2 * number + 1]
        return text[start:end] if 0 <= start <= end else ""


def _nothing(character: str) -> bool:
    return False


class _Step:
    """One instruction: what it does, and where it may go on. `memo` keeps the answers of `test`."""

    __slots__ = ("first", "memo", "operation", "second", "test")

    def __init__(
        self, operation: int, first: int = 0, second: int = 0, test: CharacterTest | None = None
    ) -> None:
        self.operation, self.first, self.second = operation, first, second
        self.test = test or _nothing
        self.memo: dict[str, bool] = {}

    def takes(self, character: str) -> bool:
        found = self.memo.get(character)
        if found is None:
            if len(self.memo) > 4096:
                self.memo.clear()
            found = self.memo[character] = self.test(character)
        return found


class Machine:
    """A compiled pattern. Raises NullBecause from the constructor when it would be too large."""

    def __init__(self, tree: Tree, flags: str) -> None:
        self.program: list[_Step] = []
        self.multiline, self.ignore_case = "m" in flags and "q" not in flags, "i" in flags
        self.groups = 0
        self.goes_back = False
        self._emit(Capture(0, tree))
        self._add(_MATCH)
        self.no_save: Saved = (-1,) * (2 * self.groups + 2)

    # Building

    def _add(self, operation: int, first: int = 0, second: int = 0, test: CharacterTest | None = None) -> int:
        if len(self.program) >= MAX_PROGRAM:
            raise NullBecause("le motif est trop grand", "the pattern is too large")
        self.program.append(_Step(operation, first, second, test))
        return len(self.program) - 1

    def _emit(self, tree: Tree) -> None:
        match tree:
            case Character(test):
                self._add(_CHARACTER, test=test)
            case Anchor(symbol):
                self._add(_ANCHOR, first=int(symbol == "$"))
            case BackReference(group):
                self.goes_back = True
                self._add(_BACK, first=group)
            case Sequence(parts):
                for part in parts:
                    self._emit(part)
            case Choice(options):
                self._emit_choice(options)
            case Capture(group, inner):
                self._emit_capture(group, inner)
            case Repeat():
                self._emit_repeat(tree)

    def _emit_choice(self, options: list[Tree]) -> None:
        jumps: list[int] = []
        for option in options[:-1]:
            split = self._add(_SPLIT)
            self.program[split].first = split + 1
            self._emit(option)
            jumps.append(self._add(_JUMP))
            self.program[split].second = len(self.program)
        self._emit(options[-1])
        for jump in jumps:
            self.program[jump].first = len(self.program)

    def _emit_capture(self, group: int | None, inner: Tree) -> None:
        if group is None:
            self._emit(inner)
            return
        self.groups = max(self.groups, group)
        self._add(_SAVE, first=2 * group)
        self._emit(inner)
        self._add(_SAVE, first=2 * group + 1)

    def _emit_repeat(self, repeat: Repeat) -> None:
        for _ in range(repeat.low):
            before = len(self.program)
            self._emit(repeat.inner)
            if len(self.program) == before:
                return
        if repeat.high is None:
            split = self._add(_SPLIT)
            self._emit(repeat.inner)
            self._add(_JUMP, first=split)
            self._aim(split, repeat.greedy)
            return
        splits = []
        for _ in range(repeat.high - repeat.low):
            splits.append(self._add(_SPLIT))
            self._emit(repeat.inner)
        for split in splits:
            self._aim(split, repeat.greedy)

    def _aim(self, split: int, greedy: bool) -> None:
        """Let `split` choose between going in and going past the end of the program so far."""
        inside, outside = split + 1, len(self.program)
        step = self.program[split]
        step.first, step.second = (inside, outside) if greedy else (outside, inside)

    # Running

    def search(self, text: str, run: Run, start: int = 0) -> Match | None:
        """The leftmost match at or after `start`; None when there is none."""
        saved = self._search_back(text, run, start) if self.goes_back else self._search(text, run, start)
        return None if saved is None else Match(saved[0], saved[1], saved)

    def find_all(self, text: str, run: Run) -> Iterator[Match]:
        """The matches from left to right, without overlap."""
        at = 0
        while at <= len(text):
            match = self.search(text, run, at)
            if match is None:
                return
            yield match
            at = match.end if match.end > match.start else match.end + 1

    def _search(self, text: str, run: Run, start: int) -> Saved | None:
        threads: list[tuple[int, Saved]] = []
        best: Saved | None = None
        for at in range(start, len(text) + 1):
            if best is None:
                self._follow(threads, 0, self.no_save, text, at)
            if not threads and best is not None:
                break
            run.spend(1 + 4 * len(threads))
            threads, found = self._advance(threads, text, at)
            best = best if found is None else found
        return best

    def _advance(
        self, threads: list[tuple[int, Saved]], text: str, at: int
    ) -> tuple[list[tuple[int, Saved]], Saved | None]:
        """Move every thread past the character at `at`; a match ends the threads after it."""
        following: list[tuple[int, Saved]] = []
        seen: set[int] = set()
        character = text[at] if at < len(text) else None
        for address, saved in threads:
            step = self.program[address]
            if step.operation == _MATCH:
                return following, saved
            if character is not None and step.takes(character):
                self._follow(following, address + 1, saved, text, at + 1, seen)
        return following, None

    def _follow(
        self,
        threads: list[tuple[int, Saved]],
        address: int,
        saved: Saved,
        text: str,
        at: int,
        seen: set[int] | None = None,
    ) -> None:
        """Add the threads reached from `address` without taking a character, in order of preference."""
        seen = {address for address, _ in threads} if seen is None else seen
        waiting = [(address, saved)]
        while waiting:
            address, saved = waiting.pop()
            if address in seen:
                continue
            seen.add(address)
            step = self.program[address]
            if step.operation in (_CHARACTER, _MATCH):
                threads.append((address, saved))
            else:
                waiting.extend(reversed(self._next(step, address, saved, text, at)))

    def _next(self, step: _Step, address: int, saved: Saved, text: str, at: int) -> list[tuple[int, Saved]]:
        """Where a step that takes no character goes on, the preferred place first."""
        if step.operation == _JUMP:
            return [(step.first, saved)]
        if step.operation == _SPLIT:
            return [(step.first, saved), (step.second, saved)]
        if step.operation == _SAVE:
            index = step.first
            return [(address + 1, (*saved[:index], at, *saved[index + 1 :]))]
        return [(address + 1, saved)] if self._anchored(step.first == 1, text, at) else []

    def _anchored(self, at_end: bool, text: str, at: int) -> bool:
        if at_end:
            return at == len(text) or (self.multiline and text[at] == "\n")
        return at == 0 or (self.multiline and text[at - 1] == "\n" and at < len(text))

    # With back references: one thread at a time, every step counted

    def _search_back(self, text: str, run: Run, start: int) -> Saved | None:
        for at in range(start, len(text) + 1):
            found = self._try_from(text, run, at)
            if found is not None:
                return found
        return None

    def _try_from(self, text: str, run: Run, start: int) -> Saved | None:
        waiting = [(0, self.no_save, start)]
        seen: set[tuple[int, Saved, int]] = set()
        while waiting:
            run.spend(5)
            state = waiting.pop()
            if state in seen:
                continue
            seen.add(state)
            address, saved, at = state
            step = self.program[address]
            if step.operation == _MATCH:
                return saved
            waiting.extend(reversed(self._moves(step, address, saved, text, at)))
        return None

    def _moves(
        self, step: _Step, address: int, saved: Saved, text: str, at: int
    ) -> list[tuple[int, Saved, int]]:
        if step.operation == _CHARACTER:
            return [(address + 1, saved, at + 1)] if at < len(text) and step.takes(text[at]) else []
        if step.operation == _BACK:
            size = self._repeated(step.first, saved, text, at)
            return [] if size is None else [(address + 1, saved, at + size)]
        return [(to, kept, at) for to, kept in self._next(step, address, saved, text, at)]

    def _repeated(self, group: int, saved: Saved, text: str, at: int) -> int | None:
        """The length of the group's text when it stands again at `at`."""
        start, end = saved[2 * group], saved[2 * group + 1]
        if start < 0 or end < 0:
            return 0
        wanted, found = text[start:end], text[at : at + end - start]
        same = wanted == found or (self.ignore_case and wanted.lower() == found.lower())
        return end - start if same else None
