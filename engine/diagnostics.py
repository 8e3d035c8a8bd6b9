"""What the check has to say about a file: values, never exceptions."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in the product's two languages."""

    fr: str
    en: str

    def in_(self, locale: str) -> str:
        """The sentence in `locale`; French for any language the product does not speak."""
        return self.en if locale.startswith("en") else self.fr

    def __str__(self) -> str:
        return self.fr


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: where (file, element, position in its text), which rule, what to do.

    `rule` is a stable identifier such as `bpmn.unsupported-element`; `position` is an offset in
    characters inside the expression the message is about; `reference` is where the rule comes from: a
    clause of BPMN 2.0 and, where it has one, its number (EXTnnn) in the catalogue of static constraints.
    """

    rule: str
    severity: Severity
    message: Text
    element_id: str | None = None
    file: str | None = None
    hint: Text | None = None
    position: int | None = None
    reference: str | None = None

    def in_file(self, file: str) -> Diagnostic:
        """The same finding, with the file it was made in."""
        return self if self.file else replace(self, file=file)

    def to_dict(self) -> dict[str, Any]:
        """JSON-able form, both languages kept."""
        return asdict(self)


def has_errors(diagnostics: list[Diagnostic]) -> bool:
    """Whether anything in the list forbids deployment."""
    return any(d.severity == "error" for d in diagnostics)
