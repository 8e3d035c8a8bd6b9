"""A form as HTML: the same page with and without script, in French or English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, Literal
from zoneinfo import ZoneInfo

from flask import current_app
from jinja2 import Environment
from markupsafe import Markup

from designer.forms import words
from designer.forms.items import Page, control_id, items_of, with_facts
from engine.diagnostics import Text
from engine.forms import Form, Moment
from engine.forms.model import walk

Mode = Literal["edit", "read"]
PARIS = ZoneInfo("Europe/Paris")


def render_form(
    form: Form,
    values: Mapping[str, Any],
    errors: Mapping[str, Text] | None = None,
    *,
    locale: str = "fr",
    mode: Mode = "edit",
    prefix: str = "",
    variables: Mapping[str, Any] | None = None,
    now: datetime | None = None,
    zone: tzinfo = PARIS,
    autofill: bool = True,
    environment: Environment | None = None,
) -> Markup:
    """The controls of a form, without `<form>`, CSRF field and buttons: the page has those.

    `values`: `Form.initial(…)`, a draft, or the answers just sent. `variables`: what expressions
    may read besides. `errors`: of a `Submission`. `prefix` goes before ids (not names). `autofill`:
    False where somebody answers for somebody else. Send it as multipart/form-data when
    `form.has_files`.
    """
    moment = Moment(now or datetime.now(UTC), zone)
    page = Page(form, values, errors or {}, variables or {}, locale, mode, prefix, autofill, moment)
    items = items_of(page)
    macros: Any = (environment or current_app.jinja_env).get_template("_macros/forms.html").module
    if mode == "read":
        return Markup(macros.form_reading(with_facts(items)))  # noqa: S704 - escaped by the template
    submit = words.SEND.in_(locale) if any(c.type == "dynamiclist" for c in walk(form.components)) else None
    return Markup(macros.form_items(items, submit))  # noqa: S704 - escaped by the template


def error_items(
    form: Form, errors: Mapping[str, Text], *, locale: str = "fr", prefix: str = ""
) -> list[tuple[str, str]]:
    """For the macro `error_summary`: each error with the address of the control it is about."""
    dates = {
        ".".join(c.path)
        for c in walk(form.components)
        if c.type == "datetime" and c.source.get("subtype", "date") != "time"
    }
    return [(text.in_(locale), "#" + _target(path, dates, prefix)) for path, text in errors.items()]


def _target(path: str, dates: set[str], prefix: str) -> str:
    """A date's first box; the control itself for the rest. Rows use the end of the path."""
    steps = path.split(".")
    ends = {".".join(steps[i:]) for i in range(len(steps)) if i == 0 or steps[i - 1].isdecimal()}
    return control_id(prefix, path) + ("-day" if ends & dates else "")
