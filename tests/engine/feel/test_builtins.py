"""The built-in functions, one table per family."""

from __future__ import annotations

import pytest

from engine import feel
from engine.feel.builtins import BUILTINS, REFUSED
from tests.engine.feel.samples import written

STRINGS = [
    ('substring("foobar", 3)', '"obar"'),
    ('substring("foobar", 3, 3)', '"oba"'),
    ('substring("foobar", -2, 1)', '"a"'),
    ('substring("foobar", 0)', "null"),
    ('substring("foobar", 9)', "null"),
    ('substring(start position: 2, string: "abc")', '"bc"'),
    ('substring("🐎ab", 2)', '"ab"'),
    ('string length("🐎ab")', "3"),
    ('upper case("é")', '"É"'),
    ('lower case("É")', '"é"'),
    ('substring before("foobar", "bar")', '"foo"'),
    ('substring before("foobar", "xyz")', '""'),
    ('substring after("foobar", "ob")', '"ar"'),
    ('substring after("foobar", "")', '"foobar"'),
    ('contains("foobar", "ob")', "true"),
    ('starts with("foobar", "fo")', "true"),
    ('ends with("foobar", "r")', "true"),
    ('string join(["a", null, "c"], "-")', '"a-c"'),
    ('string join(["a", "b"], ", ", "[", "]")', '"[a, b]"'),
    ('string join(["a", 1], "-")', "null"),
    ('trim("  a ")', '"a"'),
    ('is blank(" ")', "true"),
    ('contains(null, "a")', "null"),
    ('contains(["foobar"], "ob")', "true"),
    ("string(1.10)", '"1.1"'),
    ('string("a")', '"a"'),
    ("string(null)", "null"),
    ('string([1, "a", {b: true}])', '"[1, \\"a\\", {b: true}]"'),
    ('number("1 000,5", " ", ",")', "1000.5"),
    ('number("1.000,5", ".", ",")', "1000.5"),
    ('number("1,000", ",", ",")', "null"),
    ('number("12x")', "null"),
    ('number("1,5", null, ",")', "1.5"),
]
LISTS = [
    ("list contains([1, null], null)", "true"),
    ("count([1, 2, null])", "3"),
    ("min(3, 1, 2)", "1"),
    ('max(["a", "c", "b"])', '"c"'),
    ('min([1, "a"])', "null"),
    ("min([])", "null"),
    ("sum([1, 2.5])", "3.5"),
    ('sum([@"P1D", @"P2D"])', '@"P3D"'),
    ("sum([])", "null"),
    ('sum([1, "a"])', "null"),
    ("mean(1, 2, 3)", "2"),
    ("median(8, 2, 5, 3, 4)", "4"),
    ("median([6, 1, 2, 3])", "2.5"),
    ("stddev(2, 4, 7, 5)", "2.081665999466132735282297706979931"),
    ("mode(6, 3, 9, 6, 6)", "[6]"),
    ("mode(6, 1, 9, 6, 1)", "[1, 6]"),
    ("mode([])", "[]"),
    ("product(2, 3, 4)", "24"),
    ("all(true, null)", "null"),
    ("all([])", "true"),
    ("any(false, true)", "true"),
    ("any([])", "false"),
    ("sublist([4, 5, 6], 1, 2)", "[4, 5]"),
    ("sublist([4, 5, 6], -1)", "[6]"),
    ("append([1], 2, 3)", "[1, 2, 3]"),
    ("concatenate([1, 2], [3])", "[1, 2, 3]"),
    ("insert before([1, 3], 1, 2)", "[2, 1, 3]"),
    ("remove([1, 2, 3], 2)", "[1, 3]"),
    ("list replace([2, 4, 7, 8], 3, 6)", "[2, 4, 6, 8]"),
    ("list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5)", "[5, 5, 7, 8]"),
    ("reverse([1, 2, 3])", "[3, 2, 1]"),
    ("index of([1, 2, 3, 2], 2)", "[2, 4]"),
    ("union([1, 2], [2, 3])", "[1, 2, 3]"),
    ("distinct values([1, 2, 1, null, null])", "[1, 2, null]"),
    ("duplicate values([1, 2, 1])", "[1]"),
    ("flatten([[1, 2], [[3]], 4])", "[1, 2, 3, 4]"),
    ("partition([1, 2, 3], 2)", "[[1, 2], [3]]"),
    ("is empty([])", "true"),
    ("sort([3, 1, 2])", "[1, 2, 3]"),
    ('sort([3, "a"])', "null"),
    ("count(list: [1, 2])", "2"),
    ("count(5)", "1"),
    ("count(null)", "null"),
    ("count([null])", "1"),
]
NUMBERS = [
    ("decimal(1/3, 2)", "0.33"),
    ("decimal(1.5, 0)", "2"),
    ("decimal(2.5, 0)", "2"),
    ("decimal(1234, -2)", "1200"),
    ("decimal(1, 9999)", "null"),
    ("floor(-1.5)", "-2"),
    ("floor(1.56, 1)", "1.5"),
    ("ceiling(-1.5)", "-1"),
    ("round up(5.5, 0)", "6"),
    ("round up(-1.1, 0)", "-2"),
    ("round down(-1.6, 0)", "-1"),
    ("round half up(-2.5, 0)", "-3"),
    ("round half down(5.5, 0)", "5"),
    ("abs(-10)", "10"),
    ('abs(@"-P1D")', '@"P1D"'),
    ("modulo(-12, 5)", "3"),
    ("modulo(12, -5)", "-3"),
    ("modulo(5, 0)", "null"),
    ("modulo(1e6000, 7)", "1"),
    ("sqrt(16)", "4"),
    ("sqrt(-1)", "null"),
    ("log(0)", "null"),
    ("exp(0)", "1"),
    ("exp(1e9)", "null"),
    ("odd(5)", "true"),
    ("even(2.5)", "false"),
]
CONTEXTS = [
    ('get value({a: 1}, "a")', "1"),
    ('get value({a: {b: 2}}, ["a", "b"])', "2"),
    ('get value({a: 1}, "z")', "null"),
    ("get entries({a: 1})", '[{key: "a", value: 1}]'),
    ('context put({a: 1}, "b", 2)', "{a: 1, b: 2}"),
    ('context put({x: {y: 1}}, ["x", "y"], 2)', "{x: {y: 2}}"),
    ("context merge([{a: 1}, {a: 2, b: 3}])", "{a: 2, b: 3}"),
    ('context([{key: "a", value: 1}])', "{a: 1}"),
    ('context([{key: "a", value: 1}, {key: "a", value: 2}])', "null"),
    ("is defined(absent)", "false"),
    ("get or else(absent, 5)", "5"),
    ("assert(x, x > 2)", "3"),
    ("assert(x, x > 5)", "null"),
    ("not(null)", "null"),
]
RANGES = [
    ("before(1, 10)", "true"),
    ("before([1..5], 5)", "false"),
    ("before([1..5), 5)", "true"),
    ("after([5..10], 4)", "true"),
    ("meets([1..5], [5..10])", "true"),
    ("meets([1..5), [5..10])", "false"),
    ("met by([5..10], [1..5])", "true"),
    ("overlaps([1..5], [3..8])", "true"),
    ("overlaps before([1..5], [3..8])", "true"),
    ("overlaps after([3..8], [1..5])", "true"),
    ("finishes(10, [1..10])", "true"),
    ("finishes([5..10], [1..10])", "true"),
    ("finished by([1..10], [5..10])", "true"),
    ("includes([1..10], 5)", "true"),
    ("includes([1..10], [2..3])", "true"),
    ("during(5, [1..10])", "true"),
    ("starts(1, [1..10])", "true"),
    ("started by([1..10], [1..5])", "true"),
    ("coincides([1..5], [1..5])", "true"),
    ("coincides(3, 4)", "false"),
    ("during((< 3), (< 5))", "true"),
    ('range("[1..3)")', "[1..3)"),
    ('range("[\\"a\\"..\\"c\\"]")', '["a".."c"]'),
    ('range("[3..1]")', "null"),
]


@pytest.mark.parametrize(("text", "expected"), STRINGS + LISTS + NUMBERS + CONTEXTS + RANGES)
def test_a_built_in_function_has_its_result(text: str, expected: str) -> None:
    assert written(text) == expected


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_functions_without_a_lasting_result_are_refused_by_name(name: str) -> None:
    with pytest.raises(feel.FeelUnsupported) as caught:
        feel.parse(f"1 + {name}()")
    assert caught.value.position == 4
    assert name in caught.value.message["fr"]


def test_the_clock_is_never_the_machine_s() -> None:
    result = feel.parse("now()").explain({})
    assert result.value is None
    assert "heure actuelle" in result.reasons[0].message["fr"]


@pytest.mark.parametrize("name", sorted(BUILTINS))
def test_every_parameter_of_a_built_in_can_be_named(name: str) -> None:
    for overload in BUILTINS[name]:
        arguments = ", ".join(f"{parameter.name}: absent" for parameter in overload.parameters)
        expression = feel.parse(f"{name}({arguments})")
        assert expression.variables == ({"absent"} if arguments else frozenset())
