"""What is found wrong while a model is compiled: collected, so that one fault does not hide the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from typing import TypeVar

from engine import feel
from engine.diagnostics import Diagnostic, Severity, Text
from engine.dmn import model
from engine.feel.errors import FeelError
from engine.feel.types import Type

T = TypeVar("T")


class Problems:
    """The diagnostics of one model, each once. `reads` collects the names that expressions read."""

    def __init__(self) -> None:
        self.found: dict[Diagnostic, None] = {}
        self.reads: set[str] = set()

    @property
    def all(self) -> list[Diagnostic]:
        """In the order in which they were found."""
        return list(self.found)

    @contextmanager
    def reading(self) -> Iterator[set[str]]:
        """Collect what is read meanwhile apart, too."""
        before, self.reads = self.reads, set()
        yield self.reads
        before |= self.reads
        self.reads = before

    def add(
        self,
        rule: str,
        place: model.Place | None,
        fr: str,
        en: str,
        *,
        severity: Severity = "error",
        position: int | None = None,
    ) -> None:
        """Note one finding; the sentences follow the French rules for spaces before signs."""
        element = place.id if place is not None else None
        found = Diagnostic(rule, severity, Text(_spaced(fr), en), element, position=position)
        self.found.setdefault(found)

    def expression(self, text: str, place: model.Place, scope: Scope) -> feel.Expression | None:
        """The parsed expression; None, and a problem, when it cannot be read."""
        found = self._read(
            lambda: feel.parse(text, scope.names, scope.types, scope.members), "dmn.expression", place
        )
        if found is not None:
            self._note_names(found, place, scope)
        return found

    def tests(self, text: str, place: model.Place, scope: Scope) -> feel.UnaryTests | None:
        """The parsed unary tests of a table; None, and a problem, when they cannot be read."""
        found = self.unary_tests(text, place, names=scope.names, types=scope.types, members=scope.members)
        if found is not None:
            self._note_names(found, place, scope)
        return found

    def _note_names(self, found: feel.Expression | feel.UnaryTests, place: model.Place, scope: Scope) -> None:
        self.reads |= found.variables
        for name in sorted(found.variables - found.perhaps - scope.names) if scope.is_closed else ():
            near = get_close_matches(name, list(scope.names), n=1)
            self.add(
                "dmn.unknown-name",
                place,
                f"Ligne {place.line} : « {name} » n’est pas connu ici"
                + (f" ; vouliez-vous « {near[0]} » ?" if near else " : aucune exigence n’y mène."),
                f"Line {place.line}: “{name}” is not known here"
                + (f"; did you mean “{near[0]}”?" if near else ": no requirement leads to it."),
            )

    def unary_tests(
        self,
        text: str,
        place: model.Place,
        *,
        names: Iterable[str],
        types: Mapping[str, Type],
        members: Iterable[str],
    ) -> feel.UnaryTests | None:
        """The parsed unary tests; None, and a problem, when they cannot be read."""
        return self._read(
            lambda: feel.parse_unary_tests(text, names, types, members), "dmn.unary-tests", place
        )

    def _read(self, parse: Callable[[], T], rule: str, place: model.Place) -> T | None:
        try:
            return parse()
        except FeelError as error:
            fr, en = error.message["fr"], error.message["en"]
            self.add(
                rule, place, f"Ligne {place.line} : {fr}", f"Line {place.line}: {en}", position=error.position
            )
            return None

    def unknown_type(self, name: str, place: model.Place | None, known: Iterable[str]) -> None:
        """A type reference that leads nowhere."""
        near = get_close_matches(name, list(known), n=1)
        self.add(
            "dmn.unknown-type",
            place,
            f"Le type « {name} » n’existe pas" + (f" ; vouliez-vous « {near[0]} » ?" if near else "."),
            f"There is no type “{name}”" + (f"; did you mean “{near[0]}”?" if near else "."),
        )

    def recursive_type(self, item: model.ItemDefinition) -> None:
        """A type that contains itself."""
        self.add(
            "dmn.recursive-type",
            item,
            f"Le type « {item.name} » se contient lui-même.",
            f"The type “{item.name}” contains itself.",
        )


class Scope:
    """What an expression may name: variables with their types where known, types, and entries of values.

    `is_closed` says that there are no other names.
    """

    def __init__(
        self,
        variables: Mapping[str, Type | None],
        types: Mapping[str, Type],
        members: frozenset[str],
        *,
        is_closed: bool = True,
    ) -> None:
        self.variables, self.types, self.members = dict(variables), types, members
        self.is_closed = is_closed

    @property
    def names(self) -> frozenset[str]:
        """The names of the variables."""
        return frozenset(self.variables)

    def with_(self, more: Mapping[str, Type | None]) -> Scope:
        """This scope and more variables, which hide those of the same name."""
        return Scope({**self.variables, **more}, self.types, self.members, is_closed=self.is_closed)

    def opened(self) -> Scope:
        """This scope, in which other names may be those of entries that are not known."""
        return Scope(self.variables, self.types, self.members, is_closed=False)


def _spaced(text: str) -> str:
    for mark in (":", ";", "?", "!", "»"):
        text = text.replace(f" {mark}", f"\u00a0{mark}")
    return text.replace("« ", "«\u00a0")
