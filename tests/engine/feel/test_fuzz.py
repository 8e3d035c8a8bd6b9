"""Whatever is written: a value or a FeelError, never another exception; literals read back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import feel
from engine.feel.builtins import BUILTINS
from engine.feel.decimals import CONTEXT
from tests.engine.feel.samples import NOW, PARIS, SCOPE

SOURCE = r"""1 2.5 -1 1e30 x liste demande nom absent item partial ? null true false
    if then else for in return some every satisfies and or between instance of function number
    + - * / ** = != < <= > >= ( ) [ ] { } , : . .. @ ' ` // /* */ not \ "a" "P1D" @"2024-02-29" @"P1Y"
    [1,2] {a:1}"""
WORDS = [*SOURCE.split(), "function(a) a", *BUILTINS]
finite = st.decimals(allow_nan=False, allow_infinity=False).filter(lambda d: abs(d.adjusted()) < 6000)
offsets = st.integers(-720, 720).map(lambda m: timezone(timedelta(minutes=m)) if m else UTC)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    finite.map(CONTEXT.plus),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.dates(),
    st.times(timezones=st.none() | offsets),
    st.datetimes(timezones=st.none() | offsets),
    st.timedeltas(),
    st.integers(-(10**6), 10**6).map(feel.YearsMonths),
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), inner, max_size=4)
    ),
    max_leaves=10,
)


def contained(action: Callable[[], object]) -> None:
    """Run; the only exception is a FeelError with its two sentences."""
    try:
        action()
    except feel.FeelError as error:
        if not (error.message["fr"] and error.message["en"]):
            pytest.fail(f"no sentence: {error!r}")


def runs(text: str) -> None:
    """Parse and evaluate as expression and as unary tests."""
    contained(lambda: feel.to_text(feel.parse(text).explain(SCOPE, now=NOW, zone=PARIS).value))
    contained(lambda: feel.parse_unary_tests(text).evaluate(Decimal(1), SCOPE, now=NOW, zone=PARIS))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join))
def test_any_sequence_of_words_is_contained(text: str) -> None:
    runs(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_contained(text: str) -> None:
    runs(text)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(BUILTINS)), st.lists(values, max_size=4))
def test_any_argument_of_a_built_in_is_contained(name: str, arguments: list[Any]) -> None:
    scope = {f"a{index}": argument for index, argument in enumerate(arguments)}
    contained(lambda: feel.parse(f"{name}({', '.join(scope)})").evaluate(scope, now=NOW, zone=PARIS))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab|()[]*+?{}1,^$\\-.dpL", max_size=12), st.text(alphabet="ab1-\n", max_size=12))
def test_any_pattern_is_contained(pattern: str, text: str) -> None:
    scope = {"t": text, "p": pattern}
    result = feel.parse("[matches(t, p), replace(t, p, t), split(t, p)]").evaluate(scope)
    assert len(result) == 3


@settings(max_examples=150, deadline=None)
@given(values)
def test_the_text_of_a_value_reads_back_as_the_value(original: Any) -> None:
    text = feel.to_text(original)
    again = feel.parse(text).evaluate({})
    assert feel.to_text(again) == text
    assert again == original or isinstance(original, Decimal | list | dict | time | datetime | date)
