"""One call: validated, bounded in time, with errors fit to be shown."""

from __future__ import annotations

import contextvars
import logging
import threading
import time
from decimal import Decimal

import pytest

from connectors.sdk import (
    NOT_FOUND,
    UNKNOWN,
    BpmnError,
    Connector,
    ConnectorError,
    Found,
    InputSchema,
    InvalidConnector,
    OutputSchema,
    RetryableError,
    Text,
    fields,
)
from connectors.sdk.testing import context


class Input(InputSchema):
    name = fields.text(fr="Nom", en="Name", required=True, max_length=5)
    count = fields.whole(fr="Nombre", en="Count", minimum=1, maximum=9)
    color = fields.choice(
        fr="Couleur", en="Colour", default="red", choices={"red": {"fr": "rouge", "en": "red"}}
    )


class Output(OutputSchema):
    answer = fields.text(fr="Réponse", en="Answer", required=True)
    rest = fields.feel(fr="Reste", en="Rest")


class Settings(InputSchema):
    host = fields.text(fr="Serveur", en="Server", required=True)
    password = fields.secret(fr="Mot de passe", en="Password")


def test_values_are_converted_and_defaults_filled(make):
    seen = {}
    operation = make(Input, Output, lambda args, _: seen.update(args) or {"answer": "ok"})
    assert operation.run({"name": "Léa", "count": Decimal(3), "color": None}, context()) == {
        "answer": "ok",
        "rest": None,
    }
    assert seen == {"name": "Léa", "count": 3, "color": "red"}


@pytest.mark.parametrize(
    ("args", "fr", "en"),
    [
        ({}, "Nom\u00a0: cette donnée est obligatoire.", "Name: this value is required."),
        ({"name": ""}, "Nom\u00a0: cette donnée est obligatoire.", "Name: this value is required."),
        ({"name": "trop long"}, "Nom\u00a0: au plus 5 caractères.", "Name: at most 5 characters."),
        ({"name": 3}, "Nom\u00a0: écrivez un texte.", "Name: write a text."),
        ({"name": "a", "count": Decimal("3.5")}, "Nombre\u00a0: écrivez un nombre", "Count: write a whole"),
        ({"name": "a", "count": 12}, "Nombre\u00a0: de 1 à 9.", "Count: from 1 to 9."),
        ({"name": "a", "count": True}, "Nombre\u00a0: écrivez", "Count: write"),
        ({"name": "a", "color": "blue"}, "Couleur\u00a0: choisissez parmi red.", "Colour: choose among red."),
        ({"name": "a", "surprise": 1}, "surprise\u00a0: cette donnée", "surprise: the operation"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_in_both_languages(make, args, fr, en):
    operation = make(Input, Output, lambda *_: pytest.fail("must not be called"))
    with pytest.raises(ConnectorError) as caught:
        operation.run(args, context())
    assert caught.value.code == "INVALID_INPUT"
    assert type(caught.value) is ConnectorError
    assert fr in caught.value.message.fr
    assert en in caught.value.message.en


def test_problems_come_in_the_order_of_the_fields(make):
    operation = make(Input, Output, lambda *_: {})
    with pytest.raises(ConnectorError) as caught:
        operation.run({"color": "x", "count": 0}, context())
    words = caught.value.message.fr
    assert words.index("Nom\u00a0:") < words.index("Nombre\u00a0:") < words.index("Couleur\u00a0:")


@pytest.mark.parametrize(
    ("effect", "idempotency", "sent"), [("read", "native", None), ("write", "none", "maybe")]
)
def test_a_wrong_result_of_a_write_may_have_had_its_effect(make, effect, idempotency, sent):
    operation = make(Input, Output, lambda *_: {"oups": 1}, effect=effect, idempotency=idempotency)
    with pytest.raises(ConnectorError) as caught:
        operation.run({"name": "a"}, context())
    assert caught.value.code == "INVALID_OUTPUT"
    assert getattr(caught.value, "sent", None) == sent


@pytest.mark.parametrize(
    ("effect", "idempotency", "sent"), [("read", "native", "no"), ("write", "none", "maybe")]
)
def test_a_call_that_does_not_come_back_is_left(make, effect, idempotency, sent, monkeypatch):
    monkeypatch.setattr("connectors.sdk.running.GRACE_SECONDS", 0.05)
    released = threading.Event()
    operation = make(
        Input,
        Output,
        lambda *_: released.wait(10) and {},
        effect=effect,
        idempotency=idempotency,
        timeout_seconds=0.1,
    )
    started = time.monotonic()
    with pytest.raises(RetryableError) as caught:
        operation.run({"name": "a"}, context())
    released.set()
    assert time.monotonic() - started < 2
    assert (caught.value.code, caught.value.sent) == ("TIMEOUT", sent)


def test_the_context_may_allow_less_time_but_not_more(make):
    seen = []
    operation = make(
        Input, Output, lambda _, ctx: seen.append(ctx.timeout_seconds) or {"answer": ""}, timeout_seconds=5
    )
    for allowed in (None, 2, 60):
        operation.run({"name": "a"}, context(timeout_seconds=allowed))
    assert seen == [5, 2, 5]


@pytest.mark.parametrize(
    ("effect", "idempotency", "kind"), [("read", "native", ConnectorError), ("write", "none", RetryableError)]
)
def test_a_defect_ends_as_an_outcome_and_is_logged(make, effect, idempotency, kind, caplog):
    operation = make(Input, Output, lambda *_: 1 / 0, effect=effect, idempotency=idempotency)
    with pytest.raises(ConnectorError) as caught:
        operation.run({"name": "a"}, context())
    assert type(caught.value) is kind
    assert caught.value.code == "CONNECTOR_DEFECT"
    assert "ZeroDivisionError" in caught.value.message.fr
    assert "ZeroDivisionError" in caplog.text


def test_the_three_errors_pass_as_they_are(make):
    for error in (ConnectorError("a"), RetryableError("b", after_seconds=7), BpmnError("C", "c", {"x": 1})):

        def fail(*_, error=error):
            raise error

        with pytest.raises(type(error)) as caught:
            make(Input, Output, fail).run({"name": "a"}, context())
        assert caught.value is error


def test_secrets_are_masked_in_messages_and_logs(make, caplog):
    def leak(_, ctx):
        ctx.logger.warning(
            "password is %s and %s", ctx.connection["password"].reveal(), ctx.connection["password"]
        )
        raise ConnectorError(f"refusé : {ctx.connection['password'].reveal()}", "NO")

    operation = make(Input, Output, leak, connection=Settings)
    with caplog.at_level(logging.DEBUG), pytest.raises(ConnectorError) as caught:
        operation.run({"name": "a"}, context(connection={"host": "h", "password": "tres-secret"}))
    everything = caplog.text + str(caught.value) + repr(caught.value) + caught.value.message.en
    assert "tres-secret" not in everything
    assert everything.count("•••") >= 4


def test_a_connection_is_checked_before_the_call(make):
    operation = make(Input, Output, lambda *_: pytest.fail("must not be called"), connection=Settings)
    with pytest.raises(ConnectorError) as caught:
        operation.run({"name": "a"}, context())
    assert caught.value.code == "INVALID_CONNECTION"
    assert "Serveur" in caught.value.message.fr


def test_an_optional_connection_may_be_absent(make):
    operation = make(Input, Output, lambda *_: {"answer": ""}, connection=Settings, connection_required=False)
    operation.run({"name": "a"}, context())
    assert operation.info.needs_connection is False


def test_context_variables_reach_the_call(make):
    variable = contextvars.ContextVar("variable", default="no")
    operation = make(Input, Output, lambda *_: {"answer": variable.get()})
    variable.set("yes")
    assert operation.run({"name": "a"}, context())["answer"] == "yes"


def test_a_check_answers_or_does_not_know(make):
    operation = make(Input, Output, lambda *_: {"answer": "x"})
    assert operation.was_done({"name": "a"}, context()) is UNKNOWN
    operation.check(lambda *_: Found({"answer": "x"}))
    assert operation.was_done({"name": "a"}, context()) == Found({"answer": "x", "rest": None})
    operation.check(lambda *_: NOT_FOUND)
    assert operation.was_done({"name": "a"}, context()) is NOT_FOUND

    def unreachable(*_):
        raise RetryableError("absent")

    operation.check(unreachable)
    assert operation.was_done({"name": "a"}, context()) is UNKNOWN


def test_progress_is_told(make):
    told = []
    operation = make(
        Input, Output, lambda _, ctx: ctx.progress({"fr": "Page 1", "en": "Page 1"}) or {"answer": ""}
    )
    operation.run({"name": "a"}, context(on_progress=told.append))
    assert told == [Text("Page 1", "Page 1")]


def test_static_checks_look_at_literals_only(make):
    operation = make(Input, Output, lambda *_: {})
    problems = operation.problems({"name": "trop long", "count": "=x", "color": "blue"})
    assert [(p.input, p.rule) for p in problems] == [
        ("name", "connector.input"),
        ("color", "connector.input"),
    ]
    assert operation.info.required_inputs == {"name"}
    assert operation.info.allowed_inputs == {"name", "count", "color"}
    assert operation.info.outputs == {"answer": "string", "rest": "any"}
    assert operation.info.name == Text("Faire", "Do")
    assert operation.info.reads({}) == frozenset()


def test_a_contradictory_declaration_is_refused(make, folder):
    with pytest.raises(InvalidConnector):
        make(Input, Output, lambda *_: {}, effect="maybe")
    with pytest.raises(InvalidConnector):
        make(Input, Output, lambda *_: {}, idempotency="perhaps")
    operation = make(Input, Output, lambda *_: {})
    with pytest.raises(InvalidConnector, match="twice"):
        operation.owner.operation(
            "do", name="x", description="x", input=Input, output=Output, effect="read", idempotency="native"
        )(lambda *_: {})
    with pytest.raises(InvalidConnector):
        Connector.from_folder(str(folder / "nowhere" / "connector.py"))
    assert operation.owner.can_try_connection is operation.owner.has_stub is False
