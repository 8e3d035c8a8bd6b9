"""Scopes, mappings and propagation as Camunda 8 documents them."""

from __future__ import annotations

from datetime import date, timedelta

from engine.sandbox import Call
from engine.testing import headers, mapping, process, sub_process
from tests.engine.play import Play


def give(**result: object):
    return lambda call: result


def test_input_mappings_are_local_and_seen_by_the_job(play: Play) -> None:
    extra = mapping(inputs={"who": "=name", "greeting": "Bonjour", "sum": "=1 + 2"})
    play.run(process().start().service("s", extra=extra).end(), give(), name="Ada")
    assert play.sandbox.calls[0].input == {"who": "Ada", "greeting": "Bonjour", "sum": 3}
    assert play.variables == {"name": "Ada"}


def test_a_job_without_inputs_receives_nothing(play: Play) -> None:
    play.run(process().start().service("s").end(), give(), secret="x")
    assert play.sandbox.calls[0].input == {}


def test_without_output_mappings_the_result_is_merged(play: Play) -> None:
    play.run(process().start().service("s").end(), give(a=1, b=[1, 2]))
    assert play.variables == {"a": 1, "b": [1, 2]}


def test_with_output_mappings_only_they_leave_the_activity(play: Play) -> None:
    extra = mapping(outputs={"city": "=address.city", "kept.zip": "=address.zip"})
    answer = give(address={"city": "Montauban", "zip": "82000"}, noise=1)
    play.run(process().start().service("s", extra=extra).end(), answer, kept={"country": "FR"})
    assert play.variables == {"city": "Montauban", "kept": {"country": "FR", "zip": "82000"}}


def test_result_variable_and_result_expression(play: Play) -> None:
    extra = headers(resultVariable="answer", resultExpression="={status: response.code}")
    play.run(process().start().service("s", extra=extra).end(), give(code=200))
    assert play.variables == {"answer": {"code": 200}, "status": 200}


def test_a_result_expression_that_fails_keeps_the_result_until_it_is_corrected(play: Play) -> None:
    extra = headers(resultExpression="=if ok then {x: 1} else 3")
    play.run(process().start().service("s", extra=extra).end(), give(code=1), ok=False)
    assert play.stopped == [("s", "expression")]
    play.resolve("s", ok=True)
    assert (play.state, play.variables["x"]) == ("completed", 1)
    assert len(play.sandbox.calls) == 1, "the work must not be done twice"


def test_a_variable_is_written_where_it_already_is(play: Play) -> None:
    inner = (
        sub_process("sub").start("s1").script("w", "=local + 1", "local").script("g", "=2", "fresh").end("e1")
    )
    play.run(process().start().sub(inner, extra=_inputs(local="=10")).end(), local=1)
    assert play.variables == {"local": 1, "fresh": 2}


def _inputs(**pairs: str) -> str:
    return f"<bpmn:extensionElements>{mapping(inputs=pairs)}</bpmn:extensionElements>"


def test_sub_process_outputs_are_evaluated_inside(play: Play) -> None:
    inner = sub_process("sub").start("s1").script("w", "=n * 2", "n").end("e1")
    mapped = mapping(inputs={"n": "=21"}, outputs={"result": "=n"})
    extra = f"<bpmn:extensionElements>{mapped}</bpmn:extensionElements>"
    play.run(process().start().sub(inner, extra=extra).end())
    assert play.variables == {"result": 42}


def test_user_task_variables_reach_the_process(play: Play) -> None:
    play.run(process().start().user("u").exclusive("g").when("=ok").end("yes").at("g").default().end("no"))
    play.complete("u", ok=True)
    assert play.end_event == "yes"


def test_values_of_every_type_survive_storage_and_reload(play: Play) -> None:
    values = {
        "d": date(2026, 12, 3),
        "len": timedelta(hours=36),
        "t": [1, {"$": "date", "v": "x"}],
        "n": None,
    }
    diagram = process().start().user("u").script("s", '=d + duration("P1D")', "next").end()
    play.run(diagram, **values).complete("u")
    assert play.variables["next"] == "2026-12-04"
    assert play.variables["len"] == "P1DT12H"
    assert play.variables["t"] == [1, {"$": "date", "v": "x"}]


def test_the_case_title_follows_its_expression(play: Play) -> None:
    diagram = process("changement_adresse").start().user("u").end()
    play.deploy(diagram, {"relais:caseTitle": '=prenom + " " + nom', "relais:prefix": "CA"})
    play.start("changement_adresse", prenom="Mei", nom="Chen")
    with play.sandbox.session() as session:
        from engine import instances

        instance = instances.get(session, play.id)
        assert (instance.title, instance.reference) == ("Mei Chen", "CA-2026-0001")


def test_spiffs_own_task_data_stays_empty(play: Play) -> None:
    from engine import execution

    play.run(process().start().user("u").end(), a=1)
    seen: list[object] = []
    with play.sandbox.session() as session:
        execution.advance(
            session, play.id, lambda run: seen.extend(t.data for t in run.open_tokens()), now=play.sandbox.now
        )
    assert seen == [{}]


def test_calls_carry_headers(play: Play) -> None:
    calls: list[Call] = []
    play.run(
        process().start().service("s", extra=headers(connection="mairie")).end(),
        lambda c: calls.append(c) or {},
    )
    assert calls[0].headers == {"connection": "mairie"}


def test_a_case_knows_its_number_and_keeps_it_out_of_its_variables(play: Play) -> None:
    diagram = process("demande_aide").start().user("u").script("s", "=dossier.numero", "n").end()
    play.run(diagram).complete("u")
    assert play.variables == {"n": "DA-2026-0001"}


def test_dates_beyond_those_of_python_are_kept(play: Play) -> None:
    """Years of nine digits and nanoseconds go through storage exactly."""
    diagram = (
        process()
        .start()
        .script("s", '=[@"12000-02-29", @"10:00:00.123456789Z", x + 0.2 = 0.3]', "r")
        .user("u")
    )
    play.run(diagram.end(), x=0.1)
    assert play.variables["r"] == ["12000-02-29", "10:00:00.123456789Z", True]
    assert play.complete("u").variables["r"][1] == "10:00:00.123456789Z"
