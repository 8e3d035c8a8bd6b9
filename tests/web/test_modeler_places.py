"""A process published without a drawing opens in the editor all the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from lxml import etree

from designer.diagram import parse
from designer.extensions import db
from designer.modeler import places
from designer.modeler.bpmn import blank
from engine.clock import ManualClock
from tests.web import sample
from tests.web.conftest import Person

ADRESSE = (sample.FOLDER / "adresse.bpmn").read_bytes()


def test_every_step_and_flow_gets_its_place_and_the_meaning_stays() -> None:
    drawn = places.with_places(ADRESSE)
    before, after = parse(ADRESSE), parse(drawn)
    assert (before.laid_out, after.laid_out) == (True, False)
    assert after.nodes == before.nodes
    assert after.edges == before.edges
    boxes = {s.node.id: tuple(map(round, s.box)) for s in before.plane().shapes}
    assert {s.node.id: tuple(map(round, s.box)) for s in after.plane().shapes} == boxes
    assert {line.edge.id for line in after.plane().lines} == before.edges.keys()


@pytest.mark.parametrize(
    "content",
    [blank("acte", "Demande d’acte", "Demande reçue"), b"<no diagram", b"<a/>", places.with_places(ADRESSE)],
)
def test_what_has_places_or_cannot_have_any_stays_as_it_is(content: bytes) -> None:
    assert places.with_places(content) == content


def test_a_drawing_without_shapes_gives_way() -> None:
    empty = b'<bpmndi:BPMNDiagram xmlns:bpmndi="%s" id="none"/>' % places.DI.encode()
    drawn = places.with_places(ADRESSE.replace(b"</bpmn:definitions>", empty + b"</bpmn:definitions>"))
    assert len(etree.fromstring(drawn).findall(f"{{{places.DI}}}BPMNDiagram")) == 1


def test_the_editor_is_sent_a_drawing_and_the_version_stays_as_published(
    app: Flask, signed_in: Callable[..., Person], clock: ManualClock
) -> None:
    with app.app_context():
        sample.deploy(db.session, now=clock.now())
        db.session.commit()
    reader = signed_in("administrator").client
    assert not parse(reader.get("/modeler/processes/adresse/diagram").data).laid_out
    assert reader.get("/processes/adresse/1.bpmn").data == ADRESSE
