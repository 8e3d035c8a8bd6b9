"""A form and its answers as what the page shows: one item per control, ready for the macros."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from designer.forms import shown, words
from designer.forms.autofill import autocomplete_of
from designer.forms.safe_html import cleaned, markdown
from engine.diagnostics import Text
from engine.forms import (
    Component,
    Form,
    Moment,
    file_megabytes,
    fill,
    is_hidden,
    is_readonly,
    merged,
    options_of,
    path_text,
    row_scope,
)
from engine.forms.model import Path, get_at
from engine.forms.templates import evaluate

_SHORT_CHECKS = ("postcode", "foreigner_number")
_IMAGE = re.compile(r"(?:data:image/(?:png|jpeg|gif|webp|svg\+xml)[;,]|/(?!/))", re.IGNORECASE)
_INLINE_LETTERS = 60


@dataclass(frozen=True, slots=True)
class Item:
    """What one macro draws. `kind` is the macro's name; `more` holds what only this kind needs."""

    kind: str
    id: str = ""
    name: str = ""
    label: str = ""
    hint: str = ""
    error: str | None = None
    optional: bool = False
    value: Any = None
    attrs: Mapping[str, str] = field(default_factory=dict)
    items: tuple[Item, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """What is the same for every control of a page; `seen` are the values as expressions see them."""

    form: Form
    values: Mapping[str, Any]
    errors: Mapping[str, Text]
    variables: Mapping[str, Any]
    locale: str
    mode: str
    prefix: str
    autofill: bool
    moment: Moment
    seen: Mapping[str, Any] = field(default_factory=dict)

    @property
    def zone(self) -> tzinfo:
        return self.moment.zone

    def say(self, text: Text, **parts: object) -> str:
        """One of the page's own words, with its parts."""
        return text.in_(self.locale).format(**parts)


def control_id(prefix: str, path: str) -> str:
    """The id of the control at `path`, as links to it need it."""
    return prefix + re.sub(r"[^\w-]", "-", path)


def items_of(page: Page) -> tuple[Item, ...]:
    """Everything the page shows, in the order of the form."""
    now, zone = page.moment.now, page.moment.zone
    seen = page.form.preview(page.values, page.variables, now=now, zone=zone)
    page = replace(page, seen=seen)
    return _items(page, page.form.components, page.values, (), merged(page.variables, seen))


def _items(
    page: Page, components: tuple[Component, ...], data: Any, at: Path, scope: dict[str, Any]
) -> tuple[Item, ...]:
    made = (_item(page, c, data, at, scope) for c in components if not is_hidden(c, scope, page.moment))
    return tuple(item for item in made if item is not None)


def _item(page: Page, component: Component, data: Any, at: Path, scope: dict[str, Any]) -> Item | None:
    kind = component.type
    if kind in ("text", "html", "image", "separator", "spacer"):
        return _presentation(page, component, scope)
    if kind == "group":
        inner = _items(page, component.children, data, at, scope)
        label = _text(page, component, "label", scope)
        return Item("group", label=label, hint=_text(page, component, "description", scope), items=inner)
    if kind == "dynamiclist":
        return _list(page, component, data, at, scope)
    if component.is_input:
        return _input(page, component, data, at, scope)
    return None


def _text(page: Page, component: Component, name: str, scope: dict[str, Any]) -> str:
    return fill(component.text(name, page.locale), scope, page.moment, page.locale)


def _presentation(page: Page, component: Component, scope: dict[str, Any]) -> Item | None:
    if component.type == "text":
        return Item("html", value=markdown(_text(page, component, "text", scope)))
    if component.type == "html":
        return Item("html", value=cleaned(_text(page, component, "content", scope)))
    if component.type == "image":
        source = _text(page, component, "source", scope)
        alt = _text(page, component, "alt", scope)
        if not _IMAGE.match(source):
            return Item("html", value=Markup("<p>{}</p>").format(alt))
        return Item("image", value=source, label=alt)
    return Item(component.type) if component.type == "separator" else None


# Lists


def _list(page: Page, component: Component, data: Any, at: Path, scope: dict[str, Any]) -> Item:
    path = (*at, *component.path)
    name = path_text(path)
    rows = get_at(data, component.path)
    rows = rows if isinstance(rows, list) else []
    label = _text(page, component, "label", scope)
    items = tuple(_row(page, component, row, path, i, scope) for i, row in enumerate(rows))
    can_change = component.source.get("allowAddRemove", True) is not False and page.mode == "edit"
    return Item(
        "list",
        control_id(page.prefix, name),
        name,
        label,
        _text(page, component, "description", scope),
        _error(page, path),
        items=items,
        more={
            "count": len(rows),
            "add": _own_text(page, component, "addLabel", words.ADD_ROW) if can_change else None,
            "none": page.say(words.NO_ROWS),
        },
    )


def _own_text(page: Page, component: Component, name: str, otherwise: Text, **parts: object) -> str:
    """A text of the author (custom property `relais:<name>`, `…:en` for English), or the usual one."""
    own = component.custom(f"relais:{name}")
    english = component.custom(f"relais:{name}:en")
    if own is None:
        return page.say(otherwise, **parts)
    text = (english or own) if page.locale.startswith("en") else own
    return text.replace("{number}", str(parts.get("number", "")))


def _row(
    page: Page, component: Component, row: Any, path: Path, position: int, scope: dict[str, Any]
) -> Item:
    data = row if isinstance(row, dict) else {}
    seen = get_at(page.seen, (*path, position))
    inner = row_scope(scope, seen if isinstance(seen, dict) else {}, position)
    can_change = component.source.get("allowAddRemove", True) is not False and page.mode == "edit"
    number = position + 1
    return Item(
        "row",
        control_id(page.prefix, path_text((*path, position))),
        f"{path_text(path)}:{position}",
        _own_text(page, component, "rowLabel", words.ROW, number=number),
        error=_error(page, (*path, position)),
        items=_items(page, component.children, data, (*path, position), inner),
        more={
            "remove": _own_text(page, component, "removeLabel", words.REMOVE_ROW, number=number)
            if can_change
            else None
        },
    )


def _error(page: Page, path: Path) -> str | None:
    found = page.errors.get(path_text(path))
    return found.in_(page.locale) if found is not None else None


# Inputs


def _input(page: Page, component: Component, data: Any, at: Path, scope: dict[str, Any]) -> Item:
    path = (*at, *component.path)
    value = get_at(data, component.path)
    label = _label(page, component, scope)
    if component.type == "expression":
        value = evaluate(component.source.get("expression"), scope, page.moment)
    if page.mode == "read" or component.is_disabled or is_readonly(component, scope, page.moment):
        return Item("shown", label=label, value=_in_words(page, component, value, scope))
    name = path_text(path)
    base = {
        "id": control_id(page.prefix, name),
        "name": name,
        "label": label,
        "hint": _text(page, component, "description", scope),
        "error": _error(page, path),
        "optional": not component.required and component.type != "checkbox",
    }
    return _CONTROLS[component.type](page, component, value, scope, base)


def _label(page: Page, component: Component, scope: dict[str, Any]) -> str:
    for name in ("label", "dateLabel", "timeLabel"):
        text = _text(page, component, name, scope)
        if text:
            return text
    return ".".join(component.path)


def _in_words(page: Page, component: Component, value: Any, scope: dict[str, Any]) -> str:
    if component.type in ("radio", "select", "checklist", "taglist"):
        labels = {
            option.key: option.label for option in options_of(component, scope, page.moment, page.locale)
        }
        value = [labels.get(key, key) for key in shown.keys_of(value)]
    elif component.type == "checkbox":
        value = shown.is_ticked(value)
    text = shown.in_words(value, page.locale, page.zone)
    return text or page.say(words.NO_ANSWER)


def _textfield(
    page: Page, component: Component, value: Any, scope: dict[str, Any], base: dict[str, Any]
) -> Item:
    kind = component.validation.get("validationType")
    check = component.custom("relais:check")
    attrs = _autofill(page, component)
    if check in _SHORT_CHECKS:
        attrs |= {"inputmode": "numeric"}
    more = {"type": {"email": "email", "phone": "tel"}.get(str(kind), "text")}
    more["size"] = "short" if check in _SHORT_CHECKS or kind == "phone" else ""
    return Item(
        "field", **_adorned(component, base), value=shown.text_of(value, page.locale), attrs=attrs, more=more
    )


def _autofill(page: Page, component: Component) -> dict[str, str]:
    if not page.autofill:
        return {"autocomplete": "off"}
    found = component.custom("relais:autocomplete") or autocomplete_of(component.path[-1])
    return {"autocomplete": found} if found else {}


def _adorned(component: Component, base: dict[str, Any]) -> dict[str, Any]:
    """The unit before or after a field joins its label: a screen reader says it too."""
    appearance = component.source.get("appearance")
    parts = appearance if isinstance(appearance, Mapping) else {}
    units = [parts.get(name) for name in ("prefixAdorner", "suffixAdorner")]
    said = [unit for unit in units if isinstance(unit, str) and unit and not unit.startswith("=")]
    return {**base, "label": f"{base['label']} ({', '.join(said)})"} if said else base


def _textarea(
    page: Page, component: Component, value: Any, scope: dict[str, Any], base: dict[str, Any]
) -> Item:
    return Item("textarea", **base, value=shown.text_of(value, page.locale), attrs=_autofill(page, component))


def _number(
    page: Page, component: Component, value: Any, scope: dict[str, Any], base: dict[str, Any]
) -> Item:
    whole = component.source.get("decimalDigits") == 0
    attrs = {"inputmode": "numeric" if whole else "decimal", "autocomplete": "off"}
    number = Decimal(repr(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value
    return Item(
        "field",
        **_adorned(component, base),
        value=shown.text_of(number, page.locale),
        attrs=attrs,
        more={"type": "text", "size": "short"},
    )


def _datetime(
    page: Page, component: Component, value: Any, scope: dict[str, Any], base: dict[str, Any]
) -> Item:
    subtype = component.source.get("subtype", "date")
    if subtype == "time":
        return Item("field", **base, value=shown.hour_of(value), more={"type": "time", "size": "short"})
    boxes = shown.boxes_of(value, page.zone)
    hour = page.say(words.HOUR) if subtype == "datetime" else None
    return Item("date", **base, value=boxes, more={"hour": hour})


def _checkbox(
    page: Page, component: Component, value: Any, scope: dict[str, Any], base: dict[str, Any]
) -> Item:
    return Item("checkbox", **base, value=shown.is_ticked(value))


def _choices(
    page: Page, component: Component, value: Any, scope: dict[str, Any], base: dict[str, Any]
) -> Item:
    options = [(o.key, o.label) for o in options_of(component, scope, page.moment, page.locale)]
    kind = "radio" if component.type == "radio" else "checkbox"
    letters = sum(len(label) + 6 for _, label in options)
    more = {
        "options": options,
        "type": kind,
        "inline": letters <= _INLINE_LETTERS,
        "none": page.say(words.EMPTY_CHOICE),
    }
    return Item("choices", **base, value=shown.keys_of(value), more=more)


def _select(
    page: Page, component: Component, value: Any, scope: dict[str, Any], base: dict[str, Any]
) -> Item:
    options = [(o.key, o.label) for o in options_of(component, scope, page.moment, page.locale)]
    keys = shown.keys_of(value)
    more = {"options": options, "blank": page.say(words.CHOOSE)}
    return Item(
        "select", **base, value=keys[0] if keys else None, attrs=_autofill(page, component), more=more
    )


def _file(page: Page, component: Component, value: Any, scope: dict[str, Any], base: dict[str, Any]) -> Item:
    accept = evaluate(component.source.get("accept"), scope, page.moment)
    several = evaluate(component.source.get("multiple"), scope, page.moment) is True
    kept = [ref for ref in value if isinstance(ref, Mapping)] if isinstance(value, list) else []
    names = ", ".join(str(ref.get("name", "")) for ref in kept)
    hint = base["hint"] or _file_hint(page, component, accept if isinstance(accept, str) else "")
    more = {
        "accept": accept if isinstance(accept, str) else None,
        "multiple": several,
        "kept": [str(ref.get("id", "")) for ref in kept],
        "current": page.say(words.KEPT_FILES, names=names) if kept else None,
    }
    return Item("file", **{**base, "hint": hint}, more=more)


def _file_hint(page: Page, component: Component, accept: str) -> str:
    """« PDF, JPG, PNG, 10 Mo au plus. »"""
    size = file_megabytes(component)
    kinds = [kind.strip().lstrip(".").upper() for kind in accept.split(",") if kind.strip().startswith(".")]
    if not kinds:
        return page.say(words.FILE_LIMIT, size=size)
    return page.say(words.FILE_KINDS, kinds=", ".join(kinds), size=size)


_CONTROLS = {
    "textfield": _textfield,
    "textarea": _textarea,
    "number": _number,
    "datetime": _datetime,
    "checkbox": _checkbox,
    "checklist": _choices,
    "taglist": _choices,
    "radio": _choices,
    "select": _select,
    "filepicker": _file,
}


def with_facts(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """For reading: neighbouring answers as one list of facts."""
    joined: list[Item] = []
    for item in items:
        if item.kind != "shown":
            joined.append(replace(item, items=with_facts(item.items)) if item.items else item)
        elif joined and joined[-1].kind == "facts":
            joined[-1] = replace(joined[-1], items=(*joined[-1].items, item))
        else:
            joined.append(Item("facts", items=(item,)))
    return tuple(joined)
