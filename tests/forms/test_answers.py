"""What a page sends, as nested answers."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from designer.forms import RowAction, parse
from engine.forms import read_fields
from tests.forms.build import NOW, PARIS, YES_NO, field, form

ROWS = {
    "type": "dynamiclist",
    "path": "lignes",
    "components": [
        field("textfield", "nom"),
        {"type": "dynamiclist", "path": "sous", "components": [field("textfield", "n")]},
    ],
}


@pytest.mark.parametrize(
    ("component", "fields", "answers"),
    [
        (field("textfield"), {"x": ["a"]}, {"x": "a"}),
        (field("textfield"), {}, {}),
        (field("textfield", "a.b"), {"a.b": ["c"]}, {"a": {"b": "c"}}),
        (field("checkbox"), {"x": ["true"]}, {"x": True}),
        (field("checkbox"), {}, {"x": False}),
        (field("radio", values=YES_NO), {"x": ["oui"]}, {"x": "oui"}),
        (field("checklist", values=YES_NO), {"x": ["oui", "non"]}, {"x": ["oui", "non"]}),
        (
            field("datetime", subtype="date"),
            {"x-day": ["1"], "x-month": ["2"], "x-year": ["2026"]},
            {"x": {"day": "1", "month": "2", "year": "2026"}},
        ),
        (field("datetime", subtype="date"), {"x": ["2026-02-01"]}, {"x": "2026-02-01"}),
        (
            field("datetime", subtype="datetime"),
            {"x-day": ["1"], "x-month": ["2"], "x-year": ["2026"], "x-time": ["9:00"]},
            {"x": {"day": "1", "month": "2", "year": "2026", "time": "9:00"}},
        ),
        (
            ROWS,
            {"_rows:lignes": ["2"], "lignes.0.nom": ["a"]},
            {"lignes": [{"nom": "a", "sous": []}, {"sous": []}]},
        ),
        (ROWS, {"lignes.1.sous.0.n": ["b"]}, {"lignes": [{"sous": []}, {"sous": [{"n": "b"}]}]}),
        (ROWS, {"_rows:lignes": ["x"]}, {"lignes": []}),
    ],
)
def test_flat_names_become_nested_answers(
    component: dict[str, Any], fields: dict[str, list[str]], answers: dict[str, Any]
) -> None:
    assert read_fields(form(component), fields) == answers


def test_the_fields_of_the_page_itself_are_left_out_and_strangers_are_named() -> None:
    made = form(field("textfield"))
    fields = {"x": ["a"], "csrf_token": ["t"], "_revision": ["3"], "y": ["b"]}
    answers = read_fields(made, fields)
    assert answers == {"x": "a", "y": ["b"]}
    assert list(made.validate(answers, {}, now=NOW, zone=PARIS).errors) == ["y"]


def test_a_row_number_cannot_make_a_huge_list() -> None:
    answers = read_fields(form(ROWS), {"lignes.9999.nom": ["a"], "_rows:lignes": ["999999999"]})
    assert len(answers["lignes"]) == 201


def test_new_files_win_over_kept_ones_and_only_known_ones_are_kept() -> None:
    made = form(field("filepicker"))
    known = {"f1": {"id": "f1", "name": "a.pdf"}}
    fields = {"_file:x": ["f1", "stolen"]}
    assert parse(made, fields, {}, kept=known.get).values == {"x": [known["f1"]]}
    assert parse(made, fields, {}).values == {"x": []}
    new = {"id": "f2", "name": "b.pdf"}
    assert parse(made, fields, {"x": [new]}, kept=known.get).values == {"x": [new]}


@pytest.mark.parametrize(
    ("button", "action", "names"),
    [
        ("_add:lignes", RowAction("lignes"), ["a", "b", "c", None]),
        ("_remove:lignes:1", RowAction("lignes", 1), ["a", "c"]),
        ("_remove:lignes:9", RowAction("lignes", 9), ["a", "b", "c"]),
        ("_add:ailleurs", RowAction("ailleurs"), ["a", "b", "c"]),
        ("_other", None, ["a", "b", "c"]),
    ],
)
def test_buttons_of_lists_change_the_rows(
    button: str, action: RowAction | None, names: list[str | None]
) -> None:
    fields = MultiDict([("lignes.0.nom", "a"), ("lignes.1.nom", "b"), ("lignes.2.nom", "c"), (button, "1")])
    parsed = parse(form(ROWS), fields)
    assert parsed.action == action
    assert [row.get("nom") for row in parsed.values["lignes"]] == names


def test_rows_inside_rows_can_be_added() -> None:
    parsed = parse(form(ROWS), {"lignes.0.nom": ["a"], "_add:lignes.0.sous": ["1"]})
    assert parsed.values == {"lignes": [{"nom": "a", "sous": [{}]}]}
