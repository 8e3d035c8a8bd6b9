"""The connector against its fake service, over a real connection."""

from __future__ import annotations

from decimal import Decimal

import pytest

from connectors.sdk import NOT_FOUND, ConnectorError, Found
from connectors.sdk.conformance import faults
from connectors.sdk.testing import context, load_connector

connector = load_connector(__file__)
find, create = connector.newest("find"), connector.newest("create")


@pytest.fixture
def stub():
    with connector.start_stub() as running:
        yield running


def test_a_record_is_found(stub):
    assert find.run({"number": "R00001"}, context(stub))["title"] == "Exemple"


def test_an_unknown_number_is_an_error_that_a_diagram_can_catch(stub):
    with pytest.raises(ConnectorError) as caught:
        find.run({"number": "R99999"}, context(stub))
    assert caught.value.code == "NO_RECORD"


def test_a_record_is_created_and_recognised_by_its_key(stub):
    ctx = context(stub, idempotency_key="k-1")
    args = {"title": "Neuf", "amount": Decimal("12.50")}
    assert create.was_done(args, ctx) is NOT_FOUND
    created = create.run(args, ctx)
    assert created["amount"] == Decimal("12.50")
    assert create.was_done(args, ctx) == Found(created)


def test_a_wrong_token_is_refused(stub):
    with pytest.raises(ConnectorError) as caught:
        connector.run_try_connection(context(stub, connection=stub.connection | {"token": "faux"}))
    assert caught.value.code == "HTTP_401"


def test_a_missing_input_is_named(stub):
    with pytest.raises(ConnectorError) as caught:
        create.run({}, context(stub))
    assert "Titre" in caught.value.message.fr


def test_the_connector_meets_the_quality_scale():
    assert faults(connector) == []
