"""Texts, secrets, messages, JSON."""

from __future__ import annotations

import copy
import datetime as dt
import json
import pickle
from decimal import Decimal

import marshmallow as ma
import pytest

from connectors.sdk import Secret, Text, exact_json
from connectors.sdk.messages import translate
from connectors.sdk.secrets import redact


def test_a_text_speaks_both_languages():
    text = Text.of({"fr": "oui", "en": "yes"})
    assert [text.in_(locale) for locale in ("fr", "fr_FR", "en", "en-GB", "de")] == [
        "oui",
        "oui",
        "yes",
        "yes",
        "oui",
    ]
    assert Text.of("x") == Text("x", "x")
    with pytest.raises(ValueError, match="fr and en"):
        Text.of({"fr": "oui"})


def test_a_secret_shows_itself_to_nobody():
    secret = Secret("tres-secret")
    shown = f"{secret} {secret!r} {secret!s} {secret:>20} {[secret]} { ({'a': secret}) }"
    assert "tres-secret" not in shown
    assert copy.deepcopy({"a": secret})["a"] is secret
    assert secret == Secret("tres-secret") != Secret("autre")
    for leak in (pickle.dumps, json.dumps, exact_json.encode):
        with pytest.raises(TypeError):
            leak(secret)
    assert not hasattr(secret, "__dict__")


def test_redaction_masks_the_longest_first_and_leaves_crumbs():
    assert (
        redact("abcdef abcd ab", [Secret("abcd"), Secret("abcdef"), Secret("ab"), Secret("")]) == "••• ••• ab"
    )


@pytest.mark.parametrize(
    "field",
    [
        ma.fields.String(), ma.fields.Integer(), ma.fields.Decimal(), ma.fields.Boolean(), ma.fields.Date(),
        ma.fields.DateTime(), ma.fields.Time(), ma.fields.Url(), ma.fields.Email(), ma.fields.Dict(),
        ma.fields.List(ma.fields.Raw()), ma.fields.Nested(ma.Schema),
    ],
    ids=lambda field: type(field).__name__,
)  # fmt: skip
def test_every_message_of_common_fields_is_translated(field):
    for wrong in (object(), None, "\ud800x", "pas ça"):
        try:
            field.deserialize(wrong)
        except ma.ValidationError as error:
            messages = (
                error.messages if isinstance(error.messages, list) else error.messages.get("_schema", [])
            )
            for message in messages:
                assert translate(message).fr != str(message), message


@pytest.mark.parametrize(
    ("rule", "value", "fr"),
    [
        (ma.validate.Length(min=2), "a", "au moins 2 caractères."),
        (ma.validate.Length(max=2), "abc", "au plus 2 caractères."),
        (ma.validate.Length(min=2, max=3), "a", "de 2 à 3 caractères."),
        (ma.validate.Length(equal=2), "a", "exactement 2 caractères."),
        (ma.validate.Range(min=2), 1, "au moins 2."),
        (ma.validate.Range(max=2), 3, "au plus 2."),
        (ma.validate.Range(min=2, max=3), 1, "de 2 à 3."),
        (ma.validate.OneOf(["a", "b"]), "c", "choisissez parmi a, b."),
        (ma.validate.Regexp("x"), "y", "ce texte n’a pas la forme attendue."),
    ],
)
def test_every_message_of_common_validators_is_translated(rule, value, fr):
    with pytest.raises(ma.ValidationError) as caught:
        rule(value)
    assert translate(caught.value.messages[0]).fr == fr


def test_json_keeps_numbers_exactly():
    text = exact_json.encode({"a": Decimal("0.10"), "b": 12345678901234567890, "d": dt.date(2026, 12, 3)})
    assert text == b'{"a": 0.10, "b": 12345678901234567890, "d": "2026-12-03"}'
    back = exact_json.decode(text)
    assert (back["a"], str(back["a"]), back["b"]) == (Decimal("0.10"), "0.10", 12345678901234567890)
    assert type(exact_json.decode("1e2")) is Decimal


@pytest.mark.parametrize("text", ["", "{", "NaN", "[Infinity]", "[" * 100_000, b"\xff"])
def test_what_is_not_json_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011  # its subclasses say what is wrong in their own words
        exact_json.decode(text)


@pytest.mark.parametrize("value", [float("nan"), Decimal("NaN"), Decimal("Infinity"), object()])
def test_what_json_cannot_say_is_not_written(value):
    with pytest.raises((TypeError, ValueError)):
        exact_json.encode({"a": value})
