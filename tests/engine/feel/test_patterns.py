"""Regular expressions: what matches, what is replaced, what is refused."""

from __future__ import annotations

import pytest

from tests.engine.feel.samples import reasons, written

CASES = [
    ('matches("foobar", "^fo*b")', "true"),
    ('matches("foobar", "^o")', "false"),
    ('matches("75001", "^[0-9]{5}$")', "true"),
    ('matches("7500", "^[0-9]{5}$")', "false"),
    ('matches("a\\nb", "a.b")', "false"),
    ('matches("a\\nb", "a.b", "s")', "true"),
    ('matches("a\\nb", "^b$")', "false"),
    ('matches("a\\nb", "^b$", "m")', "true"),
    ('matches("ABC", "abc", "i")', "true"),
    ('matches("x", "[A-Z-[OI]]", "i")', "true"),
    ('matches("o", "[A-Z-[OI]]", "i")', "false"),
    ('matches("hello world", "hello\\ sworld", "x")', "true"),
    ('matches("hello world", "hello[ ]world", "x")', "true"),
    ('matches("a.c", "a.c", "q")', "true"),
    ('matches("abc", "a.c", "q")', "false"),
    ('matches("été", "^\\p{Ll}+$")', "true"),
    ('matches("é", "^\\p{IsLatin-1Supplement}$")', "true"),
    ('matches("a1_", "^\\w+$")', "false"),
    ('matches("hello", "(l)\\1")', "true"),
    ('matches("helo", "(l)\\1")', "false"),
    ('matches("", "(a*)*")', "true"),
    ('matches("a-b", "^[a\\-b]+$")', "true"),
    ('matches("]", "[\\]]")', "true"),
    ('matches("aaa", "^a{2,3}$")', "true"),
    ('matches("aaaa", "^a{2,3}$")', "false"),
    ('replace("banana", "a", "o")', '"bonono"'),
    ('replace("banana", "(an)+", "**")', '"b**a"'),
    ('replace("banana", "[aeiouy]", "[$0]")', '"b[a]n[a]n[a]"'),
    ('replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")', '"[1=ab][2=]cd"'),
    ('replace("abracadabra", "a.*a", "*")', '"*"'),
    ('replace("abracadabra", "a.*?a", "*")', '"*c*bra"'),
    ('replace("abc", "b", "\\\\$")', '"a$c"'),
    ('replace("0123456789", "(\\d{3})(\\d{3})(\\d{4})", "($1) $2-$3")', '"(012) 345-6789"'),
    ('split("John Doe", "\\s")', '["John", "Doe"]'),
    ('split("a;b;c;;", ";")', '["a", "b", "c", "", ""]'),
    ('extract("a12b3", "\\d+")', '["12", "3"]'),
]
REFUSED = [
    'matches("a", "[")',
    'matches("a", "a**")',
    'matches("a", "(?=a)")',
    'matches("a", "\\\\b")',
    'matches("a", "a", "z")',
    'matches("a", "(a")',
    'matches("a", "a)")',
    'matches("a", "[b-a]")',
    'matches("a", "\\1")',
    'matches("a", "a{2,1}")',
    'replace("abc", "b*", "x")',
    'replace("abc", "b", "$")',
    'replace("abc", "b", "a\\\\z")',
    'split("abc", "")',
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_a_pattern_has_its_result(text: str, expected: str) -> None:
    assert written(text) == expected


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_pattern_gives_null_with_a_reason(text: str) -> None:
    assert written(text) == "null"
    assert len(reasons(text)) == 1
