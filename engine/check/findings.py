"""Collects diagnostics about one file, with the sentences of the rules in one place."""

from __future__ import annotations

from engine.check.rules import REGISTRY, Rule
from engine.diagnostics import Diagnostic, Severity, Text
from engine.spiff.xml import Element

Word = str | int | Text


class Findings:
    """The diagnostics found so far.

    `drawn_only`: the processes that are a mere drawing beside one that is executed; what is wrong inside
    them forbids nothing.
    """

    def __init__(self, file: str, drawn_only: frozenset[Element] = frozenset()) -> None:
        self.file = file
        self.drawn_only = drawn_only
        self.all: list[Diagnostic] = []
        self._seen: set[tuple[str, str | None, str]] = set()

    def add(
        self,
        rule: str,
        element: Element | str | None,
        fr: str,
        en: str,
        *,
        severity: Severity = "error",
        hint: Text | None = None,
        position: int | None = None,
    ) -> None:
        """Note one finding about an element (or the id of one, or the whole file), once."""
        element_id = element if isinstance(element, str) or element is None else element.get("id")
        key = (rule, element_id, en)
        if key in self._seen:
            return
        self._seen.add(key)
        known = REGISTRY.get(rule)
        self.all.append(
            Diagnostic(
                rule,
                "warning" if severity == "error" and self._is_drawing(element) else severity,
                Text(french(fr), en),
                element_id,
                self.file,
                _spaced(hint or (known.hint if known else None)),
                position,
                known.reference if known else None,
            )
        )

    def report(
        self,
        rule: Rule,
        element: Element | str | None,
        *,
        severity: Severity | None = None,
        position: int | None = None,
        **words: Word | None,
    ) -> None:
        """Note that `element` breaks `rule`; `words` fill the names in its sentence and hint."""
        names = {"name": label(element) if element is not None else "", **words}
        hint = None
        if rule.hint is not None:
            hint = Text(_fill(rule.hint.fr, names, "fr"), _fill(rule.hint.en, names, "en"))
        fr, en = _fill(rule.message.fr, names, "fr"), _fill(rule.message.en, names, "en")
        self.add(rule.id, element, fr, en, severity=severity or rule.severity, hint=hint, position=position)

    def extend(self, diagnostics: list[Diagnostic]) -> None:
        """Take over findings made elsewhere."""
        self.all += [d.in_file(self.file) for d in diagnostics]

    @property
    def has_errors(self) -> bool:
        """Whether something forbids deployment."""
        return any(d.severity == "error" for d in self.all)

    def _is_drawing(self, element: Element | str | None) -> bool:
        if not self.drawn_only or element is None or isinstance(element, str):
            return False
        return element in self.drawn_only or any(e in self.drawn_only for e in element.iterancestors())


def label(element: Element | str) -> str:
    """What people call the element: its name, else its id."""
    if isinstance(element, str):
        return element
    name = " ".join((element.get("name") or "").split())
    return name or element.get("id") or "?"


def french(text: str) -> str:
    """The text with the no-break spaces that French wants."""
    for mark in (":", ";", "?", "!", "»"):
        text = text.replace(f" {mark}", f"\u00a0{mark}")
    return text.replace("« ", "«\u00a0")


def _spaced(hint: Text | None) -> Text | None:
    return None if hint is None else Text(french(hint.fr), hint.en)


def _fill(template: str, names: dict[str, Word | None], language: str) -> str:
    plain = {k: getattr(v, language) if isinstance(v, Text) else v for k, v in names.items()}
    return template.format(**plain)
