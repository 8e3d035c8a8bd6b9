"""Every rule about the standard: a diagram that breaks it, and the same one mended."""

from __future__ import annotations

from time import process_time

import pytest

from engine import check, packages
from engine.catalogue import NoCatalogue
from engine.check import analysis, expressions
from engine.check.__main__ import PAGE, page
from engine.check.findings import Findings
from engine.check.model import Model
from engine.check.package import FAMILIES
from engine.check.rules import REGISTRY
from engine.spiff import xml
from engine.testing import HEADER, process, timer
from tests.engine.check import rows_analysis, rows_data, rows_events, rows_flows
from tests.engine.check.drawing import BASE, Row

ROWS = rows_flows.ROWS + rows_events.ROWS + rows_data.ROWS + rows_analysis.ROWS


def document(row: Row) -> str:
    executable = "false" if row.rule == "bpmn.no-executable-process" else "true"
    process = f'<bpmn:process id="p" isExecutable="{executable}">{row.process}</bpmn:process>'
    return f"{HEADER}{row.roots}{process}</bpmn:definitions>"


def found(text: str) -> set[tuple[str, str | None]]:
    diagnostics = check.check_file("x.bpmn", text.encode(), {}, NoCatalogue())
    return {(x.rule, x.element_id) for x in diagnostics}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.rule}-{row.element}")
def test_a_rule_that_is_broken_and_then_kept(row: Row) -> None:
    broken = document(row)
    mended = broken.replace(row.old, row.new, 1)
    assert mended != broken
    assert (row.rule, row.element) in found(broken)
    assert (row.rule, row.element) not in found(mended)


#: Rules that are broken and kept in other tests: of connectors, decisions, repetitions, packages.
ELSEWHERE = ("connector.", "zeebe.", "dmn.", "form.", "package.", "bpmn.loop-", "bpmn.multi-instance-")


def test_every_rule_about_the_standard_is_tried() -> None:
    tried = {row.rule for row in ROWS}
    assert {name for name in REGISTRY if not name.startswith(ELSEWHERE)} - tried == OTHER_TESTS


#: Of files that are no diagrams (test_refusals) and of packages (below).
OTHER_TESTS = {"bpmn.not-bpmn", "bpmn.duplicate-process"}


def test_a_process_is_in_one_file_of_a_package() -> None:
    content = document(Row("", None, BASE, "", "")).encode()
    package = packages.from_files({"a.bpmn": content, "b.bpmn": content}, default_key="p")
    diagnostics = check.check(package, NoCatalogue())
    assert [(x.rule, x.file) for x in diagnostics] == [("bpmn.duplicate-process", "b.bpmn")]


def test_a_name_that_nothing_writes_comes_with_the_nearest_one() -> None:
    diagram = process().start(inner=timer("timeDate", "2030-01-01")).script("a", "=1", "montant")
    diagram.script("b", "=montent + 1", "total").end()
    (finding,) = check.check_file("x.bpmn", diagram.xml(), {}, NoCatalogue())
    assert (finding.rule, finding.element_id, finding.severity) == ("feel.unknown-name", "b", "warning")
    assert finding.hint is not None
    assert "« montant »" in finding.hint.fr.replace("\u00a0", " ")


def test_what_is_only_drawn_beside_a_process_forbids_nothing() -> None:
    drawn = '<bpmn:process id="q"><bpmn:startEvent id="x"/></bpmn:process>'
    text = document(Row("", None, BASE, "", "", drawn))
    diagnostics = check.check_file("x.bpmn", text.encode(), {}, NoCatalogue())
    assert [(x.rule, x.severity) for x in diagnostics] == [("bpmn.no-end", "warning")]


def test_ten_thousand_elements_are_checked_in_two_seconds_of_work() -> None:
    diagram = process().start()
    for number in range(1400):
        diagram.exclusive(f"g{number}").when("=a > 1").script(f"s{number}", "=1", f"v{number}")
        diagram.exclusive(f"h{number}").at(f"g{number}").default().to(f"h{number}").at(f"h{number}")
    model = Model(xml.read(diagram.end().xml()))
    began, findings = process_time(), Findings("x.bpmn")
    for family in FAMILIES:
        family.check(model, findings)
    for scope in model.scopes:
        expressions.check(scope, model, frozenset({"a"}), findings)
        analysis.check(scope, model, lambda node: frozenset(), findings)
    assert process_time() - began < 2 * slowness()
    assert findings.all == []


def slowness() -> float:
    """How much slower than a quiet machine this one is, never less than 1."""
    began = process_time()
    sum(i * i for i in range(1_000_000))
    return max(1.0, (process_time() - began) / 0.06)


def test_a_deadlock_that_only_some_cases_meet_is_a_warning() -> None:
    inner = process().start().exclusive("a").when("=a > 1").exclusive("g").when("=b > 1").task("t")
    inner.parallel("j").end().at("g").default().task("u").to("j").at("a").default().end("other")
    found_ = check.check_file("x.bpmn", inner.xml(), {}, NoCatalogue())
    assert [x.severity for x in found_ if x.rule == "model.deadlock"] == ["warning"]


def test_the_list_of_rules_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m engine.check"


def test_every_rule_says_where_it_comes_from_and_what_to_do() -> None:
    for rule in REGISTRY.values():
        assert rule.reference, rule.id
        assert rule.hint is not None or rule.id == "connector.input"
