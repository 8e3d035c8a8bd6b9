"""Dates, durations, numbers and values in words, by the writing rules of the interface."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from flask import Flask

from designer import text
from engine.feel.values import YearsMonths

NOW = datetime(2026, 12, 3, 8, 18, tzinfo=UTC)  # a Thursday, 9 h 18 in Paris
NB = "\u00a0"


@pytest.fixture
def french(app: Flask) -> Iterator[None]:
    with app.test_request_context("/?lang=fr"):
        yield


@pytest.fixture
def english(app: Flask) -> Iterator[None]:
    with app.test_request_context("/?lang=en"):
        yield


@pytest.mark.usefixtures("french")
@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=20), "À l’instant"),
        (timedelta(minutes=6), "Il y a 6 minutes"),
        (timedelta(hours=2), f"Aujourd’hui à 7{NB}h{NB}18"),
        (timedelta(hours=11, minutes=14), f"Hier à 22{NB}h{NB}04"),
        (timedelta(days=3), "Il y a 3 jours"),
        (timedelta(days=14), f"Jeudi 19 novembre, 9{NB}h{NB}18"),
        (timedelta(days=400), f"Mercredi 29 octobre 2025, 9{NB}h{NB}18"),
        (-timedelta(minutes=27), "Dans 27 minutes"),
        (-timedelta(days=1), f"Demain à 9{NB}h{NB}18"),
        (-timedelta(days=7), "Jeudi 10 décembre, dans 7 jours"),
    ],
)
def test_instants_are_relative_up_to_seven_days(ago: timedelta, words: str) -> None:
    assert text.moment(NOW - ago, NOW).relative == words


@pytest.mark.usefixtures("french")
@pytest.mark.parametrize(
    ("ahead", "stamp", "tone"),
    [
        (timedelta(days=-2), "2 jours de retard", "late"),
        (timedelta(hours=-2), "2 heures de retard", "late"),
        (timedelta(hours=2), "Reste 2 heures", "soon"),
        (timedelta(days=1), "Reste 1 jour", "soon"),
        (timedelta(days=4), "Reste 4 jours", ""),
    ],
)
def test_deadlines_say_what_is_left(ahead: timedelta, stamp: str, tone: str) -> None:
    found = text.deadline(NOW + ahead, NOW)
    assert (found.text, found.tone) == (stamp, tone)


@pytest.mark.usefixtures("french")
@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "Non renseigné"),
        (True, "Oui"),
        (Decimal(1284), f"1{NB}284"),
        (Decimal("18920.50"), f"18{NB}920,50"),
        (date(2026, 12, 1), "1er décembre 2026"),
        (time(17), f"17{NB}h"),
        (timedelta(hours=3), "3 heures"),
        (YearsMonths(27), "2 ans et 3 mois"),
        (["a", Decimal(2)], "a, 2"),
        ({"name": "facture.pdf", "media_type": "application/pdf", "id": "1"}, "facture.pdf"),
        ({"rue": "Nord"}, f"rue{NB}: Nord"),
    ],
)
def test_values_are_said_in_french(value: object, words: str) -> None:
    assert text.value(value) == words


@pytest.mark.usefixtures("english")
def test_english_has_its_own_forms() -> None:
    assert text.moment(NOW - timedelta(days=14), NOW).inline == "Thursday 19 November, 09:18"
    assert text.number(Decimal("18920.50")) == "18,920.50"
    assert text.deadline(NOW + timedelta(days=4), NOW).text == "4 days left"
    assert text.quoted("Case") == "“Case”"


@pytest.mark.usefixtures("french")
@pytest.mark.parametrize(
    ("octets", "words"), [(900, "900"), (214_000, "214"), (1_260_000, "1,2")], ids=["octets", "Ko", "Mo"]
)
def test_sizes_are_short(octets: int, words: str) -> None:
    assert text.size(octets).startswith(words + NB)
