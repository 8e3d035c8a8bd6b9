"""Every rule of the quality scale over every connector and every operation."""

from __future__ import annotations

import pytest

from connectors import registry
from connectors.sdk import conformance

INFOS = registry.catalogue()
CONNECTORS = [(info.kind, rule) for info in INFOS for rule in conformance.CONNECTOR_RULES]
OPERATIONS = [
    (info.kind, ref.name, rule)
    for info in INFOS
    for ref in info.manifest.operations
    for rule in conformance.OPERATION_RULES
]


@pytest.mark.parametrize(("kind", "rule"), CONNECTORS, ids=["-".join(case) for case in CONNECTORS])
def test_a_connector_keeps_the_rule(kind, rule):
    assert conformance.judge(registry.load(kind), rule).faults == ()


@pytest.mark.parametrize(("kind", "name", "rule"), OPERATIONS, ids=["-".join(case) for case in OPERATIONS])
def test_an_operation_keeps_the_rule(kind, name, rule):
    connector = registry.load(kind)
    assert conformance.judge(connector, rule, connector.newest(name)).faults == ()


@pytest.mark.parametrize("info", INFOS, ids=lambda info: info.kind)
def test_every_committed_template_still_loads(info):
    templates = info.templates()
    assert {(t["id"], t["version"]) for t in templates} >= {
        (f"relais.{info.kind}.{ref.name}", version)
        for ref in info.manifest.operations
        for version in ref.versions
    }
    assert all(t["$schema"].endswith("/resources/schema.json") for t in templates)
