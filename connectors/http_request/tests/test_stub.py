"""The fake Géoplateforme answers as the public API does."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from connectors.http_request.connector import connector, read, send
from connectors.http_request.stub import addresses
from connectors.http_request.stub.server import start
from connectors.sdk import ConnectorError, RetryableError
from connectors.sdk.testing import context


@pytest.fixture(scope="module")
def stub():
    with start(rate_per_second=10_000) as running:
        yield running


def search(stub, **query):
    return read.run({"url": "/geocodage/search", "query": query}, context(stub))["body"]


def best(stub, text, **query):
    features = search(stub, q=text, **query)["features"]
    return features[0]["properties"] if features else None


def test_an_exact_address_is_found_with_a_high_score(stub):
    found = best(stub, "14 rue des Tanneurs 82310 Montbreuil")
    assert found["label"] == "14 Rue des Tanneurs 82310 Montbreuil"
    assert found["score"] >= Decimal("0.95")
    assert (found["housenumber"], found["street"]) == ("14", "Rue des Tanneurs")
    assert (found["postcode"], found["city"], found["citycode"]) == ("82310", "Montbreuil", "82124")
    assert found["context"] == "82, Tarn-et-Garonne, Occitanie"
    assert found["type"] == "housenumber"


def test_a_slip_keeps_a_good_score_and_a_wrong_street_a_low_one(stub):
    assert Decimal("0.8") <= best(stub, "14 r des taneurs 82310 montbreuil")["score"] < Decimal("0.98")
    assert best(stub, "99 rue Imaginaire 82310 Montbreuil")["score"] < Decimal("0.6")
    assert search(stub, q="12 avenue des Champs Élysées 75008 Paris")["features"] == []


def test_an_unknown_number_gives_the_street(stub):
    found = best(stub, "99 rue des Tanneurs 82310 Montbreuil")
    assert (found["type"], "housenumber" in found) == ("street", False)
    assert Decimal("0.6") < found["score"] < Decimal("0.9")


def test_a_neighbouring_department_is_recognised(stub):
    assert best(stub, "rue de la République 31000 Toulouse")["context"].startswith("31, ")


def test_filters_and_limit(stub):
    features = search(stub, q="rue de la République", postcode="82000", limit=2)["features"]
    assert len(features) == 2
    assert {f["properties"]["city"] for f in features} == {"Montauban"}
    assert best(stub, "Montauban", type="municipality")["label"] == "Montauban"
    assert best(stub, "rue de la République", citycode="82112")["city"] == "Moissac"


def test_the_last_word_may_be_unfinished_unless_told_otherwise(stub):
    assert best(stub, "14 rue des Tann")["label"] == "14 Rue des Tanneurs 82310 Montbreuil"
    assert best(stub, "14 rue des Tann", autocomplete=0) is None


def test_the_answer_is_always_the_same(stub):
    assert search(stub, q="rue du moulin", limit=20) == search(stub, q="rue du moulin", limit=20)


def test_a_point_gives_the_nearest_address(stub):
    place = addresses.places()[5]
    query = {"lon": str(place.lon), "lat": str(place.lat), "limit": 1}
    body = read.run({"url": "/geocodage/reverse", "query": query}, context(stub))["body"]
    assert body["features"][0]["properties"]["label"] == place.label
    assert body["features"][0]["properties"]["distance"] == 0


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("search", {}),
        ("search", {"q": "ab"}),
        ("search", {"q": "rue", "limit": "x"}),
        ("search", {"q": "rue", "limit": "9" * 5000}),
        ("search", {"q": "rue", "type": "planet"}),
        ("reverse", {"lon": "1"}),
        ("reverse", {"lon": "1", "lat": "900"}),
        ("reverse", {"lon": "nan", "lat": "1"}),
    ],
)
def test_a_wrong_parameter_is_refused(stub, path, query):
    with pytest.raises(ConnectorError) as caught:
        read.run({"url": f"/geocodage/{path}", "query": query}, context(stub))
    assert caught.value.code == "HTTP_400"


@pytest.mark.parametrize("text", ["日本語", "²³¼", "a" * 200, "1 2 3 4 5"])
def test_a_strange_search_finds_nothing_and_breaks_nothing(stub, text):
    assert search(stub, q=text)["features"] == []


def test_too_many_calls_are_refused_with_a_wait():
    with start(rate_per_second=2) as stub:
        search(stub, q="Montauban")
        search(stub, q="Montauban")
        with pytest.raises(RetryableError) as caught:
            search(stub, q="Montauban")
    assert (caught.value.code, caught.value.after_seconds) == ("HTTP_429", 1)


def test_the_same_key_deposits_once(stub):
    def deposit(key):
        args = {"url": "/depots", "body": {"objet": "x"}}
        return send.run(args, context(stub, idempotency_key=key))

    first, again, other = deposit("k1"), deposit("k1"), deposit("k2")
    assert first["body"] == again["body"] != other["body"]
    assert (first["status"], again["status"]) == (201, 200)


def test_a_search_is_quick(stub):
    started = time.perf_counter()
    for _ in range(20):
        addresses.search("14 rue des Tanneurs 82310 Montbreuil", limit=5)
    assert (time.perf_counter() - started) / 20 < 0.2


def test_there_are_about_three_hundred_addresses():
    numbers = [place for place in addresses.places() if place.kind == "housenumber"]
    assert len(numbers) == 300
    assert len({place.id for place in numbers}) == 300
    assert {place.citycode[:2] for place in numbers} >= {"82", "31", "46", "47", "81"}


def test_the_connector_starts_it():
    with connector.start_stub() as stub:
        assert "200" in connector.run_try_connection(context(stub)).fr
