"""The robot types into GESTAD, in a real Chromium."""

from __future__ import annotations

import dataclasses
import logging
from typing import Any

import pytest

from connectors.sdk import NOT_FOUND, UNKNOWN, ConnectorError, Context, Found, RetryableError
from connectors.web_robot.connector import connector, type_in

pytestmark = pytest.mark.browser


def test_a_file_is_typed_exactly_and_its_number_read_back(gestad: Any, entry: Any, ctx: Context) -> None:
    result = type_in.run(entry | {"screenshot": "each"}, ctx)
    [row] = gestad.rows()
    typed = {
        key: row[key]
        for key in ("numero_etranger", "voie", "complement", "code_postal", "date_effet", "dossier")
    }
    assert typed == {
        "numero_etranger": "7503012345",
        "voie": "12 rue de l’Abbaye",
        "complement": "Bât. B",
        "code_postal": "82000",
        "date_effet": "01/12/2026",
        "dossier": "2026-000137",
    }
    assert result["values"] == {"numero": row["enregistrement"]}
    pictures = result["screenshots"]
    assert [picture["step"] for picture in pictures] == list(range(1, len(entry["steps"]) + 1))
    assert pictures[4]["text"] == {
        "fr": "Étape 5\u00a0: remplir «\u00a0N° étranger\u00a0»",
        "en": "Step 5: fill in “N° étranger”",
    }
    assert all(ctx.files.read(picture["file"]).startswith(b"\x89PNG") for picture in pictures)


def test_progress_names_each_step(gestad: Any, entry: Any, ctx: Context) -> None:
    said: list[str] = []
    type_in.run(entry, dataclasses.replace(ctx, on_progress=lambda text: said.append(text.fr)))
    assert said[0] == "Étape 1\u00a0: ouvrir «\u00a0/\u00a0»"
    assert len(said) == len(entry["steps"])


def test_a_renamed_field_stops_the_robot_before_anything_is_saved(
    gestad: Any, entry: Any, ctx: Context
) -> None:
    gestad.mode("changed")
    with pytest.raises(ConnectorError) as caught:
        type_in.run(entry | {"timeout_seconds": 4}, ctx)
    error = caught.value
    assert type(error) is ConnectorError
    assert error.code == "UNKNOWN_SCREEN"
    assert "remplir «\u00a0Code postal\u00a0»" in error.message.fr
    assert "Le champ «\u00a0Code postal\u00a0» n’est pas sur la page" in error.message.fr
    assert "GESTAD 2.4 - Saisie de la nouvelle adresse" in error.message.fr
    assert "n’a rien fait enregistrer" in error.message.fr
    [picture] = error.attachments
    assert picture.media_type == "image/png"
    assert picture.data.startswith(b"\x89PNG")
    assert gestad.rows() == []


def test_a_maintenance_page_is_an_unknown_screen(gestad: Any, entry: Any, ctx: Context) -> None:
    gestad.mode("maintenance")
    with pytest.raises(ConnectorError, match="Maintenance") as caught:
        type_in.run(entry | {"timeout_seconds": 4}, ctx)
    assert (type(caught.value), caught.value.code) == (ConnectorError, "UNKNOWN_SCREEN")


def test_an_application_that_is_down_is_tried_again(gestad: Any, entry: Any, ctx: Context) -> None:
    gestad.mode("down")
    with pytest.raises(RetryableError) as caught:
        type_in.run(entry, ctx)
    assert (caught.value.sent, caught.value.code) == ("no", "APPLICATION_AWAY")


def test_an_application_that_nobody_serves_is_tried_again(entry: Any) -> None:
    with connector.start_stub() as stub:
        ctx = Context("k", connection=stub.connection, allow_private=frozenset(stub.allow_private))
    with pytest.raises(RetryableError) as caught:
        type_in.run(entry, ctx)
    assert (caught.value.sent, caught.value.code) == ("no", "APPLICATION_AWAY")


def test_an_application_too_slow_for_its_patience_is_tried_again(
    gestad: Any, entry: Any, ctx: Context
) -> None:
    gestad.mode("slow", seconds=3)
    with pytest.raises(RetryableError) as caught:
        type_in.run(entry | {"timeout_seconds": 4}, ctx)
    assert (caught.value.sent, caught.value.code) == ("no", "TIMEOUT")


def test_an_application_slow_within_its_patience_is_waited_for(gestad: Any, entry: Any, ctx: Context) -> None:
    gestad.mode("slow", seconds=1)
    assert type_in.run(entry, ctx)["values"] == {"numero": "G24-000001"}


def test_a_lost_answer_is_looked_up_and_found(gestad: Any, entry: Any, ctx: Context) -> None:
    gestad.mode("lost")
    with pytest.raises(RetryableError) as caught:
        type_in.run(entry, ctx)
    assert caught.value.sent == "maybe"
    assert "cherchez le dossier avant de recommencer" in caught.value.message.fr
    answer = type_in.was_done(entry, ctx)
    assert isinstance(answer, Found)
    assert answer.result["values"] == {"numero": "G24-000001"}
    assert len(gestad.rows()) == 1


def test_a_file_never_typed_is_not_found(gestad: Any, entry: Any, ctx: Context) -> None:
    assert type_in.was_done(entry, ctx) is NOT_FOUND


@pytest.mark.parametrize("mode", ["down", "maintenance"])
def test_a_lookup_that_cannot_see_does_not_know(mode: str, gestad: Any, entry: Any, ctx: Context) -> None:
    gestad.mode(mode)
    assert type_in.was_done(entry | {"timeout_seconds": 4}, ctx) is UNKNOWN


def test_without_a_lookup_nobody_knows(gestad: Any, entry: Any, ctx: Context) -> None:
    assert type_in.was_done(entry | {"lookup": None}, ctx) is UNKNOWN
    assert type_in.idempotency_for(entry | {"lookup": None}, ctx.connection) == "none"
    assert type_in.idempotency_for(entry, ctx.connection) == "check"


def test_a_refusal_of_the_application_after_saving_may_have_been_saved(
    gestad: Any, entry: Any, ctx: Context
) -> None:
    steps = [
        step | {"value": "8200"} if step.get("field") == "Code postal" else step for step in entry["steps"]
    ]
    with pytest.raises(RetryableError) as caught:
        type_in.run(entry | {"steps": steps, "timeout_seconds": 4}, ctx)
    assert (caught.value.sent, caught.value.code) == ("maybe", "UNKNOWN_SCREEN")
    assert len(caught.value.attachments) == 1
    assert type_in.was_done(entry, ctx) is NOT_FOUND


def test_a_wrong_password_stops_with_the_screen_and_without_the_password(
    gestad: Any, entry: Any, ctx: Context, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = ctx.connection | {"password": "not-the-password"}
    caplog.set_level(logging.DEBUG)
    with pytest.raises(ConnectorError) as caught:
        type_in.run(entry | {"timeout_seconds": 4}, dataclasses.replace(ctx, connection=wrong))
    assert caught.value.code == "UNKNOWN_SCREEN"
    assert "not-the-password" not in str(caught.value) + caught.value.message.en + caplog.text


def test_a_missing_secret_is_said_before_anything_starts(entry: Any, ctx: Context) -> None:
    bare = {key: value for key, value in ctx.connection.items() if key != "password"}
    with pytest.raises(ConnectorError, match="password") as caught:
        type_in.run(entry, dataclasses.replace(ctx, connection=bare))
    assert caught.value.code == "INVALID_CONNECTION"


def test_an_inside_address_needs_permission(entry: Any, ctx: Context) -> None:
    with pytest.raises(ConnectorError) as caught:
        type_in.run(entry, dataclasses.replace(ctx, allow_private=frozenset()))
    assert caught.value.code == "ADDRESS_REFUSED"


def test_trying_the_connection_tells_the_title(gestad: Any, ctx: Context) -> None:
    assert "GESTAD 2.4 - Connexion" in connector.run_try_connection(ctx).fr
