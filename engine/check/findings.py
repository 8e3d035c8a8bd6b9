"""Collects diagnostics about one file, with the sentences of the rules in one place."""

from __future__ import annotations

from engine.diagnostics import Diagnostic, Severity, Text
from engine.spiff.xml import Element


class Findings:
    """The diagnostics found so far."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.all: list[Diagnostic] = []

    def add(
        self,
        rule: str,
        element: Element | str | None,
        fr: str,
        en: str,
        *,
        severity: Severity = "error",
        hint: Text | None = None,
    ) -> None:
        """Note one finding about an element (or the id of one, or the whole file)."""
        element_id = element if isinstance(element, str) or element is None else element.get("id")
        message = Text(_french(fr), en)
        self.all.append(Diagnostic(rule, severity, message, element_id, self.file, hint))

    def extend(self, diagnostics: list[Diagnostic]) -> None:
        """Take over findings made elsewhere."""
        self.all += [d.in_file(self.file) for d in diagnostics]

    @property
    def has_errors(self) -> bool:
        """Whether something forbids deployment."""
        return any(d.severity == "error" for d in self.all)


def label(element: Element) -> str:
    """What people call the element: its name, else its id."""
    name = " ".join((element.get("name") or "").split())
    return name or element.get("id") or "?"


def _french(text: str) -> str:
    for mark in (":", ";", "?", "!", "»"):
        text = text.replace(f" {mark}", f"\u00a0{mark}")
    return text.replace("« ", "«\u00a0")
