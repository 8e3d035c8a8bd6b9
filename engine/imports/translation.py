"""One import under way: the tree, whose dialect it is, and the notes taken so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.diagnostics import Text
from engine.imports import extensions
from engine.imports.expressions import NotTranslatable, juel, python
from engine.imports.result import Note, NoteKind
from engine.spiff.xml import Element, local


@dataclass
class Translation:
    """`package_forms` are ids of forms beside the diagram; `forms` are files made on the way."""

    root: Element
    dialect: str
    package_forms: frozenset[str] = frozenset()
    forms: dict[str, bytes] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    technical: dict[str, int] = field(default_factory=dict)

    def note(self, kind: NoteKind, element: Element | None, fr: str, en: str) -> None:
        """Say something about an element; `{label}` in the sentences is what people call it."""
        label = "" if element is None else label_of(element)
        message = Text(french(fr.replace("{label}", label)), en.replace("{label}", label))
        note = Note(kind, message, None if element is None else element.get("id"), label)
        if note not in self.notes:
            self.notes.append(note)

    def translated(self, element: Element | None, fr: str, en: str) -> None:
        """Its meaning was certain."""
        self.note("translated", element, fr, en)

    def to_choose(self, element: Element | None, fr: str, en: str) -> None:
        """Somebody has to decide."""
        self.note("to_choose", element, fr, en)

    def as_drawn(self, element: Element | None, fr: str, en: str) -> None:
        """It stays in the file and does nothing."""
        self.note("kept_as_drawing", element, fr, en)

    # ---- texts that may be expressions

    def feel(self, text: str) -> str:
        """FEEL, without `=`, of an expression in the file's language. Raises NotTranslatable."""
        return python.to_feel(text) if self.dialect == "spiff" else juel.to_feel(text)

    def is_dynamic(self, text: str | None) -> bool:
        """Whether a text is an expression of the file's language."""
        if self.dialect == "spiff":
            return bool(text and text.strip()) and not str(text).lstrip().startswith("=")
        return juel.is_dynamic(text)

    def attribute(self, text: str | None) -> str | None:
        """The text in our dialect: FEEL after `=`, or itself. Raises NotTranslatable."""
        return f"={self.feel(text)}" if text is not None and juel.is_dynamic(text) else text

    def attempt(self, element: Element, text: str | None, what: Text) -> str | None:
        """The same; None, with a note about `what`, where the meaning is not certain."""
        try:
            return self.attribute(text)
        except NotTranslatable as unclear:
            self.unclear(element, what, str(text), unclear)
            return None

    def unclear(self, element: Element, what: Text, text: str, unclear: NotTranslatable) -> None:
        """Note an expression that somebody has to write anew."""
        shown = " ".join(text.split())[:120]
        self.to_choose(
            element,
            f"« {{label}} » : {what.fr} « {shown} » est à réécrire ({unclear.because.fr}).",
            f'"{{label}}": {what.en} "{shown}" must be written anew ({unclear.because.en}).',
        )

    def replace_text(self, element: Element, part: Element, what: Text) -> bool:
        """Put FEEL where an expression stands in `part` of `element`, and keep the original beside it."""
        text = part.text or ""
        if not self.is_dynamic(text):
            return False
        try:
            found = f"={self.feel(text)}"
        except NotTranslatable as unclear:
            self.unclear(element, what, text, unclear)
            return False
        extensions.keep(element, local(part), text)
        part.text = found
        return True


def label_of(element: Element) -> str:
    """What people call the element: its name, else its id; a flow by the step it leaves as well."""
    name = " ".join((element.get("name") or "").split()) or element.get("id") or local(element)
    source = element.get("sourceRef") if local(element) == "sequenceFlow" else None
    scope = element.getparent()
    step = None if scope is None else next((e for e in scope if source and e.get("id") == source), None)
    return name if step is None or not step.get("name") else f"{label_of(step)} → {name}"


def french(text: str) -> str:
    """With the no-break spaces that French wants."""
    for mark in (":", ";", "?", "!", "»"):
        text = text.replace(f" {mark}", f"\u00a0{mark}")
    return text.replace("« ", "«\u00a0")
