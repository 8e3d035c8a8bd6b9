"""Read a form-js schema (version 19 and earlier): components out, or diagnostics that say what is wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from engine.diagnostics import Diagnostic, Text
from engine.feel import FeelError
from engine.forms.checks import NAMED, compiled_pattern
from engine.forms.model import CHOICES, CONTAINERS, INPUTS, SCHEMA_VERSION, SUPPORTED, Component, walk
from engine.forms.templates import compiled, expressions_in, is_feel

MAX_BYTES = 2_000_000
_DEEPEST = 20
_KEY = re.compile(r"[^\s.{}\[\]\"'=]+(?:\.[^\s.{}\[\]\"'=]+)*")
_TEXTS = (
    "label",
    "description",
    "text",
    "content",
    "alt",
    "title",
    "source",
    "url",
    "dateLabel",
    "timeLabel",
)
_EXPRESSIONS = ("readonly", "valuesExpression", "expression", "multiple", "accept", "defaultValue")
_LIMITS = ("min", "max", "minLength", "maxLength")
_SUBTYPES = ("date", "time", "datetime")


def read_schema(data: bytes | str | Mapping[str, Any]) -> tuple[Mapping[str, Any], list[Diagnostic]]:
    """The schema object; diagnostics instead when it is not one."""
    if isinstance(data, Mapping):
        schema: Any = data
    else:
        try:
            schema = json.loads(data) if len(data) <= MAX_BYTES else None
        except (ValueError, RecursionError):
            schema = None
    if not isinstance(schema, Mapping) or not isinstance(schema.get("components"), list):
        return {}, [_error("form.not-a-form", None, *_NOT_A_FORM)]
    version = schema.get("schemaVersion", 1)
    if not isinstance(version, int) or version > SCHEMA_VERSION:
        fr = f"Ce formulaire vient d’une version plus récente ({version}). Version connue : {SCHEMA_VERSION}."
        en = f"This form comes from a newer version ({version}). Known version: {SCHEMA_VERSION}."
        return {}, [_error("form.schema-version", None, fr, en)]
    return schema, []


_NOT_A_FORM = (
    "Ce fichier n’est pas un formulaire. Il faut un objet JSON avec une liste « components ».",
    "This file is not a form. It must be a JSON object with a “components” list.",
)


def _error(rule: str, element: str | None, fr: str, en: str, position: int | None = None) -> Diagnostic:
    return Diagnostic(rule, "error", Text(fr, en), element_id=element, position=position)


def read_components(sources: Any, base: tuple[str, ...] = (), depth: int = 0) -> tuple[Component, ...]:
    """Components in their tree; `base` is the path of the groups around them."""
    if not isinstance(sources, list) or depth > _DEEPEST:
        return ()
    return tuple(
        _component(source, base, depth, f"{'.'.join(base) or 'form'}-{position}")
        for position, source in enumerate(sources)
        if isinstance(source, Mapping)
    )


def _component(source: Mapping[str, Any], base: tuple[str, ...], depth: int, fallback_id: str) -> Component:
    kind = str(source.get("type", ""))
    own = source.get("path" if kind in CONTAINERS else "key")
    path = (*base, *(own.split(".") if isinstance(own, str) and own else ()))
    inner = () if kind == "dynamiclist" else path
    children = read_components(source.get("components"), inner, depth + 1) if kind in CONTAINERS else ()
    return Component(str(source.get("id") or own or fallback_id), kind, path, source, children)


def check(components: tuple[Component, ...]) -> list[Diagnostic]:
    """Everything that forbids using the form, in the order of its components."""
    found = [diagnostic for component in walk(components) for diagnostic in _check_one(component)]
    return found + list(_duplicates(components))


def _check_one(component: Component) -> Iterator[Diagnostic]:
    kind = component.type
    if kind not in SUPPORTED:
        fr = f"Le composant « {kind} » n’est pas disponible. Remplacez-le."
        yield _error(
            "form.unsupported-component",
            component.id,
            fr,
            f"The component “{kind}” is not available. Replace it.",
        )
        return
    yield from _check_key(component)
    yield from _check_expressions(component)
    yield from _check_pattern(component)
    yield from _check_properties(component)
    if kind in CHOICES:
        yield from _check_options(component)
    if kind == "datetime" and component.source.get("subtype", "date") not in _SUBTYPES:
        subtype = component.source.get("subtype")
        fr = f"« {component.label} » : « {subtype} » n’est ni une date, ni une heure."
        yield _error(
            "form.subtype",
            component.id,
            fr,
            f"“{component.label}”: “{subtype}” is neither a date nor a time.",
        )


def _check_key(component: Component) -> Iterator[Diagnostic]:
    if component.type not in INPUTS and component.type != "dynamiclist":
        return
    own = component.source.get("path" if component.type in CONTAINERS else "key")
    named = component.text("label") or component.id
    if not own:
        fr = f"« {named} » n’a pas de clé. Donnez-lui le nom de la donnée à enregistrer."
        yield _error(
            "form.missing-key", component.id, fr, f"“{named}” has no key. Name the variable it fills."
        )
    elif not isinstance(own, str) or not _KEY.fullmatch(own):
        fr = f"La clé « {own} » n’est pas un nom possible. Écrivez-la sans espace ni crochet."
        yield _error(
            "form.bad-key",
            component.id,
            fr,
            f"The key “{own}” is not a possible name. Write it without spaces or brackets.",
        )


def _check_expressions(component: Component) -> Iterator[Diagnostic]:
    for text in _expressions_of(component):
        try:
            compiled(text)
        except FeelError as error:
            yield _feel_error(component, text, error)
    for name in _TEXTS:
        value = component.source.get(name)
        try:
            inner = list(expressions_in(value)) if isinstance(value, str) else []
        except FeelError as error:
            yield _feel_error(component, str(value), error)
            continue
        for text in inner:
            try:
                compiled(text)
            except FeelError as error:
                yield _feel_error(component, text, error)


def _feel_error(component: Component, text: str, error: FeelError) -> Diagnostic:
    fr = f"« {component.label} » : la formule « {text} » ne se lit pas : {error.message['fr']}."
    en = f"“{component.label}”: the expression “{text}” cannot be read: {error.message['en']}."
    return _error("form.feel", component.id, fr, en, error.position)


def _expressions_of(component: Component) -> Iterator[str]:
    """The texts of a component that are FEEL, `=` included or not."""
    source = component.source
    conditional = source.get("conditional")
    hide = conditional.get("hide") if isinstance(conditional, Mapping) else None
    if isinstance(hide, str) and hide.strip():
        yield hide
    yield from (source[name] for name in _EXPRESSIONS if is_feel(source.get(name)))
    yield from (component.validation[name] for name in _LIMITS if is_feel(component.validation.get(name)))
    rule = component.custom("relais:valid")
    if rule:
        yield rule


def variables_of(component: Component) -> frozenset[str]:
    """Names that the component's expressions read. Only for a component without diagnostics."""
    texts = list(_expressions_of(component))
    for name in _TEXTS:
        value = component.source.get(name)
        texts += list(expressions_in(value)) if isinstance(value, str) else []
    names = {name for text in texts for name in compiled(text).variables}
    key = component.source.get("valuesKey")
    return frozenset(names | ({key.split(".")[0]} if isinstance(key, str) and key else set()))


def _check_pattern(component: Component) -> Iterator[Diagnostic]:
    pattern = component.validation.get("pattern")
    if not isinstance(pattern, str) or not pattern:
        return
    try:
        compiled_pattern(pattern)
    except re.error as error:
        fr = f"« {component.label} » : le motif « {pattern} » ne se lit pas."
        yield _error(
            "form.pattern",
            component.id,
            fr,
            f"“{component.label}”: the pattern “{pattern}” cannot be read.",
            error.pos,
        )


def _check_properties(component: Component) -> Iterator[Diagnostic]:
    name = component.custom("relais:check")
    if name is not None and name not in NAMED:
        known = ", ".join(sorted(NAMED))
        fr = f"« {component.label} » : la vérification « {name} » n’existe pas. Choisissez parmi : {known}."
        yield _error(
            "form.unknown-check",
            component.id,
            fr,
            f"“{component.label}”: there is no check “{name}”. Choose one of: {known}.",
        )


def _check_options(component: Component) -> Iterator[Diagnostic]:
    source = component.source
    if isinstance(source.get("values"), list) and all(isinstance(v, Mapping) for v in source["values"]):
        return
    if source.get("valuesKey") or source.get("valuesExpression"):
        return
    fr = f"« {component.label} » n’a pas de réponses à proposer. Ajoutez-en."
    yield _error("form.no-options", component.id, fr, f"“{component.label}” offers no answers. Add some.")


def _duplicates(
    components: tuple[Component, ...], seen: set[tuple[str, ...]] | None = None
) -> Iterator[Diagnostic]:
    """Inputs with the same path; a list that repeats has names of its own."""
    seen = set() if seen is None else seen
    for component in components:
        if (component.is_input or component.type == "dynamiclist") and component.path:
            if component.path in seen:
                key = ".".join(component.path)
                fr = f"La clé « {key} » sert deux fois. Donnez une autre clé à « {component.label} »."
                yield _error(
                    "form.duplicate-key",
                    component.id,
                    fr,
                    f"The key “{key}” is used twice. Give “{component.label}” another one.",
                )
            seen.add(component.path)
        inner = set() if component.type == "dynamiclist" else seen
        yield from _duplicates(component.children, inner)
