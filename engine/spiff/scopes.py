"""Variables: a tree of scopes with Camunda 8's propagation rules.

Scope 0 is the process; a sub-process and every activity with mappings has its own. Reading walks
up; writing goes to the nearest scope that already has the name, else to the process scope.
SpiffWorkflow's `task.data` stays empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from typing import Any

ROOT_SCOPE = 0
#: Above the process scope: what every case knows of itself. Read like a variable, never stored.
CASE_SCOPE = -1
CASE_NAME = "dossier"
#: A scope that only lends values to one evaluation, such as a counter; never stored.
VIEW_SCOPE = -2


class Scope(Mapping[str, Any]):
    """One scope. `changed` holds the names written since the instance was loaded.

    `written` is one set for the whole tree: the names written since conditions were last looked at.
    """

    __slots__ = ("changed", "key", "parent", "values_here", "written")

    def __init__(self, key: int, parent: Scope | None, values: dict[str, Any] | None = None) -> None:
        self.key, self.parent = key, parent
        self.values_here: dict[str, Any] = {} if values is None else values
        self.changed: set[str] = set()
        self.written: set[str] = set() if parent is None else parent.written

    def __getitem__(self, name: str) -> Any:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.values_here:
                return scope.values_here[name]
            scope = scope.parent
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.values_here:
                return True
            scope = scope.parent
        return False

    def __iter__(self) -> Iterator[str]:
        return iter(self.visible())

    def __len__(self) -> int:
        return len(self.visible())

    def visible(self) -> dict[str, Any]:
        """Every variable that can be read here, the nearest of each name."""
        above = self.parent.visible() if self.parent is not None else {}
        return {**above, **self.values_here}

    def set_local(self, name: str, value: Any) -> None:
        """Write in this very scope."""
        self.values_here[name] = value
        self.changed.add(name)
        self.written.add(name)

    def propagate(self, name: str, value: Any) -> None:
        """Write where the name already is, else in the process scope."""
        scope = self
        while name not in scope.values_here and scope.parent is not None and scope.parent.key != CASE_SCOPE:
            scope = scope.parent
        scope.set_local(name, value)

    def stand_alone(self, ending: Scope, above: Scope) -> None:
        """Take over the variables of `ending`, which goes away, and read on from `above`."""
        for name, value in ending.values_here.items():
            if name not in self.values_here:
                self.set_local(name, value)
        self.parent = above

    def set_path(self, path: str, value: Any, *, local: bool) -> None:
        """Write to a mapping target such as `adresse.ville`, keeping the other keys of `adresse`."""
        name, *rest = path.split(".")
        merged = _merged(self.get(name) if rest else None, rest, value)
        if local:
            self.set_local(name, merged)
        else:
            self.propagate(name, merged)


def case_scope(reference: str, started_at: datetime, zone: tzinfo) -> Scope:
    """`dossier.numero` and `dossier.ouvert_le`: the case number and the day the case was opened."""
    about = {"numero": reference, "ouvert_le": started_at.astimezone(zone).date()}
    return Scope(CASE_SCOPE, None, {CASE_NAME: about})


def _merged(old: Any, keys: list[str], value: Any) -> Any:
    if not keys:
        return value
    base = dict(old) if isinstance(old, dict) else {}
    base[keys[0]] = _merged(base.get(keys[0]), keys[1:], value)
    return base
