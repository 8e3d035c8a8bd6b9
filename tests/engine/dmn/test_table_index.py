"""The index of a table's columns answers as the cells do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine import feel
from engine.dmn.table_index import TableIndex
from engine.feel.runtime import Run

NUMBERS = st.integers(-3, 6)
CELLS = st.one_of(
    st.just("-"),
    st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), NUMBERS),
    st.builds("{}{}..{}{}".format, st.sampled_from("[("), NUMBERS, st.integers(7, 9), st.sampled_from(")]")),
    st.builds("({} {})".format, st.sampled_from(["<", ">=", "!="]), NUMBERS),
    st.builds("{}, {}".format, NUMBERS, NUMBERS),
    st.builds('not("{}", {})'.format, st.sampled_from("abc"), NUMBERS),
    st.builds('"{}", "{}"'.format, st.sampled_from("abc"), st.sampled_from("abc")),
    st.sampled_from(
        ['!= "a"', '< "b"', "true", "false", "null", "? > 2", "x", "[1, 2]", 'date("2024-02-29")']
    ),
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(["a", "b", "c", "d", ""]),
    st.decimals(-4, 10, places=1),
    st.just(date(2024, 2, 29)),
    st.just([Decimal(1)]),
)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=12), VALUES, VALUES)
def test_the_index_and_the_cells_agree(rows: list[tuple[str, str]], one: Any, other: Any) -> None:
    """The rules found are exactly those all of whose cells hold."""
    scope = {"x": Decimal(2)}
    parsed = [[None if cell == "-" else feel.parse_unary_tests(cell, scope) for cell in row] for row in rows]
    run = Run(None, None, None)
    expected = [
        number
        for number, cells in enumerate(parsed)
        if all(
            cell is None or cell.holds_in(value, scope, run) is True
            for cell, value in zip(cells, (one, other), strict=True)
        )
    ]
    assert list(TableIndex(parsed, 2).matching([one, other], scope, run)) == expected
