"""Context functions (10.3.4.9)."""

from __future__ import annotations

from collections.abc import Sequence

from engine.feel.builtins.registry import builtin
from engine.feel.errors import NullBecause
from engine.feel.operators import MAX_DEPTH
from engine.feel.runtime import Run, too_deep
from engine.feel.values import Value, kind_en, kind_fr, native

Entries = dict[str, Value]


def _key_of(value: Value) -> str:
    if not isinstance(value, str):
        raise NullBecause(
            f"une clé est un texte, et non {kind_fr(value)}", f"a key is a string, not {kind_en(value)}"
        )
    return value


@builtin(
    "get value(context: context, key: any)",
    "get value(m: context, key: any)",
    "get value(context: context, keys: any)",
)
def get_value(run: Run, context: Entries, key: Value) -> Value:
    """The entry with that key, or at the end of a list of keys."""
    found: Value = context
    for part in key if isinstance(key, list) else [key]:
        name = _key_of(part)
        if not isinstance(found, dict) or name not in found:
            raise NullBecause(f"il n’y a pas d’entrée « {name} »", f"there is no entry “{name}”")
        found = found[name]
    return native(found)


@builtin("get entries(context: context) -> list", "get entries(m: context) -> list")
def get_entries(run: Run, context: Entries) -> list[Value]:
    """A list of contexts with `key` and `value`."""
    run.spend(len(context))
    return [{"key": key, "value": value} for key, value in context.items()]


@builtin(
    "context put(context: context, key: string, value: any) -> context",
    "context put(context: context, keys: list, value: any) -> context",
)
def context_put(run: Run, context: Entries, key: Value, value: Value) -> Entries:
    """The context with the entry added or replaced, at the end of a list of keys when one is given."""
    keys = [_key_of(part) for part in key] if isinstance(key, list) else [_key_of(key)]
    if not keys:
        raise NullBecause("la liste de clés est vide", "the list of keys is empty")
    return _put(run, context, keys, value)


def _put(run: Run, context: Entries, keys: Sequence[str], value: Value) -> Entries:
    run.check_list(len(context) + 1)
    if len(keys) > MAX_DEPTH:
        raise too_deep()
    if len(keys) == 1:
        return {**context, keys[0]: value}
    inner = context.get(keys[0], {})
    if not isinstance(inner, dict):
        raise NullBecause(
            f"l’entrée « {keys[0]} » n’est pas un contexte", f"the entry “{keys[0]}” is not a context"
        )
    return {**context, keys[0]: _put(run, inner, keys[1:], value)}


@builtin("context merge(contexts...: context) -> context")
def context_merge(run: Run, contexts: list[Entries]) -> Entries:
    """One context with the entries of all; a later one replaces an earlier one."""
    run.check_list(sum(map(len, contexts)))
    merged: Entries = {}
    for context in contexts:
        merged.update(context)
    return merged


@builtin("context(entries...: context) -> context")
def context(run: Run, entries: list[Entries]) -> Entries:
    """A context from contexts with `key` and `value`; null when a key is missing or occurs twice."""
    made: Entries = {}
    for entry in entries:
        if "key" not in entry or "value" not in entry:
            raise NullBecause("une entrée n’a pas « key » et « value »", "an entry lacks “key” or “value”")
        key = _key_of(entry["key"])
        if key in made:
            raise NullBecause(f"la clé « {key} » est donnée deux fois", f"the key “{key}” is given twice")
        made[key] = native(entry["value"])
    return made
