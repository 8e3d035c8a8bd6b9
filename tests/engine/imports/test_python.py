"""The Python of SpiffWorkflow as FEEL; it is read, never run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import feel
from engine.imports.expressions import NotTranslatable, python


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("amount > 1000 and not refused", "amount > 1000 and not(refused)"),
        ("state is None", "state = null"),
        ("order['lines'][0].price", "order.lines[1].price"),
        ("kind in ['a', 'b']", 'list contains(["a", "b"], kind)'),
        ("kind not in ('a',)", 'not(list contains(["a"], kind))'),
        ("1 < x <= 5", "1 < x and x <= 5"),
        ("x // 2 + x % 3", "floor(x / 2) + modulo(x, 3)"),
        ("{'total': a + b}", "{total: a + b}"),
        ("a if b > 1 else c", "if b > 1 then a else c"),
        ("order.get('total')", "order.total"),
    ],
)
def test_what_is_certain_is_translated(theirs: str, ours: str) -> None:
    assert python.to_feel(theirs) == ours


@pytest.mark.parametrize(
    "text",
    [
        "len(x) > 3",
        "'a' in x",
        "__import__('os').system('true')",
        "a if b else c",
        "'%s' % x",
        "[i for i in x]",
        "lambda: 1",
        "x := 3",
        "f'{x}'",
        "import os",
        "(" * 300 + ")" * 300,
        "-" * 3000 + "x",
        "\x00",
        "",
    ],
)
def test_what_is_not_certain_is_refused(text: str) -> None:
    with pytest.raises(NotTranslatable):
        python.to_feel(text)


def test_a_script_that_only_assigns_is_its_assignments() -> None:
    assert python.assignments("total = a + b\n\nok = total > 10\n") == [
        ("total", "a + b"),
        ("ok", "total > 10"),
    ]


@pytest.mark.parametrize(
    "text", ["x = 1\nx = x + 1", "x += 1", "print(x)", "a, b = 1, 2", "x.y = 1", "if a:\n  b = 1"]
)
def test_other_scripts_are_refused(text: str) -> None:
    with pytest.raises(NotTranslatable):
        python.assignments(text)


@given(st.text(alphabet="abx0 .()[]{}'\"+-*/%<>=!,:\n_", max_size=40))
def test_no_text_ever_raises_anything_else(text: str) -> None:
    for read in (python.to_feel, lambda t: [feel.parse(f) for _, f in python.assignments(t)]):
        try:
            read(text)
        except NotTranslatable:
            continue
