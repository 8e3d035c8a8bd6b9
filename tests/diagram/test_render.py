"""The SVG: safe, accessible, and true to what the file and the case say."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from designer.diagram import DiagramError, natural_width, parse, render
from designer.diagram.kinds import EVENT_DEFINITIONS, EVENTS, FLOW_NODES, GATEWAYS
from designer.diagram.metrics import text_width, wrap
from tests.diagram.build import bpmn, chain, flow, shape

SVG = "{http://www.w3.org/2000/svg}"
CATCHING = ("startEvent", "intermediateCatchEvent", "boundaryEvent")


def drawn(xml: bytes, **options: object) -> etree._Element:
    """The drawing as a tree; browsers read it without a namespace, XML needs one."""
    text: str = render(parse(xml), **({"title": "Titre", "description": "Texte"} | options))
    return etree.fromstring(str(text).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def element(svg: etree._Element, id: str) -> etree._Element:
    return svg.xpath("//*[@data-element=$id]", id=id)[0]


def texts(svg: etree._Element) -> list[str]:
    return [t.text for t in svg.iter(SVG + "text")]


SIMPLE = bpmn(
    '<startEvent id="s"/><userTask id="a" name="Contrôler"/><endEvent id="e"/>' + chain("s", "a", "e")
)


def test_the_drawing_has_a_title_and_a_description_of_its_own() -> None:
    svg = drawn(SIMPLE, title="Où en est <le dossier>", description='A & "B"', uid="case")
    assert svg.get("role") == "img"
    assert svg.get("aria-labelledby") == "case-t"
    assert svg.xpath("//*[@id='case-t']")[0].text == "Où en est <le dossier>"
    assert svg.xpath("//*[@id='case-d']")[0].text == 'A & "B"'


def test_without_links_nothing_takes_focus() -> None:
    svg = drawn(SIMPLE)
    assert not svg.xpath("//*[local-name()='a' or @tabindex]")


def test_with_links_elements_are_focusable_list_items_in_the_order_of_the_flow() -> None:
    svg = drawn(SIMPLE, links=lambda e: f"/etape/{e}?a=1&b=2" if e != "s" else None, states={"a": "now"})
    items = svg.xpath("//*[@role='list']/*[@role='listitem']")
    assert [i.get("data-element") for i in items] == ["s", "a", "e"]
    link = items[1].find(SVG + "a")
    assert link.get("href") == "/etape/a?a=1&b=2"
    assert link.get("aria-label") == "Contrôler, tâche d’une personne, le dossier est ici"
    assert items[0].find(SVG + "a") is None


@pytest.mark.parametrize(("locale", "name"), [("fr", "tâche d’une personne"), ("en", "user task")])
def test_kinds_are_said_in_the_language_of_the_page(locale: str, name: str) -> None:
    assert name in element(drawn(SIMPLE, locale=locale), "a").find(SVG + "title").text


def test_states_tokens_trail_and_incidents() -> None:
    svg = drawn(
        SIMPLE, states={"s": "done", "a": "now"}, tokens={"a": 142}, trail={"s_a"}, incidents={"a": 3}
    )
    assert element(svg, "s").get("class") == "el is-done"
    assert element(svg, "a").get("class") == "el is-now"
    assert svg.xpath("//*[@class='token-n']/text()") == ["142"]
    assert svg.xpath("//*[@class='badge-late-n']/text()") == ["3"]
    assert len(svg.xpath("//*[@class='flow trail']")) == 1
    assert "3 incidents" in element(svg, "a").find(SVG + "title").text


def test_heat_shows_its_figure_and_selection_its_handles() -> None:
    svg = drawn(SIMPLE, heat={"a": (4, "3,4 j")}, selected="a")
    assert element(svg, "a").get("class") == "el h4 is-selected"
    assert "3,4 j" in texts(svg)
    assert len(svg.xpath("//*[@class='handle']")) == 4


def test_unknown_ids_and_odd_states_change_nothing() -> None:
    plain = render(parse(SIMPLE), title="t", description="d")
    odd = render(
        parse(SIMPLE),
        title="t",
        description="d",
        states={"nobody": "now", "a": '"><script>'},
        tokens={"nobody": 1, "a": 0},
        trail={"none"},
        heat={"nobody": (1, "x")},
    )
    assert odd == plain


def test_what_happens_inside_a_collapsed_sub_process_shows_on_it() -> None:
    process = '<subProcess id="s"><task id="a"/><task id="b"/></subProcess>'
    svg = drawn(
        bpmn(process, shape("s", 0, 0)),
        states={"a": "done", "b": "now"},
        tokens={"b": 2, "a": 1},
        incidents={"b": 1},
    )
    assert element(svg, "s").get("class") == "el is-now"
    assert svg.xpath("//*[@class='token-n']/text()") == ["3"]


def test_the_small_drawing_has_no_names() -> None:
    svg = drawn(SIMPLE, mini=True, tokens={"a": 1})
    assert texts(svg) == ["1"]
    assert element(svg, "a").find(SVG + "title").text.startswith("Contrôler")


@pytest.mark.parametrize("kind", sorted(FLOW_NODES))
def test_every_flow_node_is_drawn_as_a_shape(kind: str) -> None:
    node = element(drawn(bpmn(f'<{kind} id="x" name="Nom"/>')), "x")
    assert node.xpath(".//*[contains(concat(' ', @class, ' '), ' node ')]")


@pytest.mark.parametrize("event", sorted(EVENTS))
@pytest.mark.parametrize("definition", sorted(EVENT_DEFINITIONS))
def test_what_catches_is_a_line_and_what_throws_is_filled(event: str, definition: str) -> None:
    node = element(drawn(bpmn(f'<{event} id="x"><{definition}EventDefinition/></{event}>')), "x")
    filled = bool(node.xpath(".//*[@class='solid']"))
    always = {"terminate": True, "timer": False, "conditional": False}
    assert filled is always.get(definition, event not in CATCHING)


@pytest.mark.parametrize(
    ("event", "circles", "dashed"),
    [
        ('<startEvent id="x"/>', 1, False),
        ('<startEvent id="x" isInterrupting="false"/>', 1, True),
        ('<boundaryEvent id="x" attachedToRef="t"/>', 2, False),
        ('<boundaryEvent id="x" attachedToRef="t" cancelActivity="false"/>', 2, True),
        ('<endEvent id="x"/>', 1, False),
    ],
)
def test_the_rings_of_events(event: str, circles: int, dashed: bool) -> None:
    node = element(drawn(bpmn('<task id="t"/>' + event)), "x")
    rings = node.xpath(".//*[local-name()='circle']")
    assert len(rings) == circles
    assert all(bool(r.get("stroke-dasharray")) is dashed for r in rings)


@pytest.mark.parametrize("kind", sorted(GATEWAYS))
def test_every_gateway_has_its_sign(kind: str) -> None:
    node = element(drawn(bpmn(f'<{kind} id="x"/>')), "x")
    assert node.xpath(".//*[@class='glyph' or @class='solid']")


def test_an_exclusive_gateway_may_hide_its_sign() -> None:
    hidden = shape("x", 0, 0, 40, 40, 'isMarkerVisible="false"')
    assert not element(drawn(bpmn('<exclusiveGateway id="x"/>', hidden)), "x").xpath(".//*[@class='glyph']")


def test_an_event_sub_process_is_dotted_and_a_transaction_double() -> None:
    svg = drawn(bpmn('<subProcess id="e" triggeredByEvent="true"/><transaction id="t"/>'))
    assert element(svg, "e").xpath("./*[local-name()='rect']")[0].get("stroke-dasharray")
    assert len(element(svg, "t").xpath("./*[local-name()='rect']")) == 2


def test_the_connector_icon_takes_the_place_of_the_sign() -> None:
    icon = "data:image/svg+xml;base64,PHN2Zy8+"
    node = element(
        drawn(bpmn(f'<serviceTask id="x" name="Saisir" zeebe:modelerTemplateIcon="{icon}"/>')), "x"
    )
    assert node.find(SVG + "image").get("href") == icon
    assert not node.xpath(".//*[@class='glyph']")


HOSTILE = '<script>alert(1)</script>" onload="x" &amp; \'"'


@given(
    st.text(max_size=60).filter(
        lambda t: not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", t)
    )
)
def test_names_never_become_markup(name: str) -> None:
    root = etree.fromstring(bpmn('<userTask id="a"/><task id="b"/>' + flow("a", "b")))
    for node in root.iter("{*}userTask", "{*}sequenceFlow", "{*}process"):
        node.set("name", name + HOSTILE)
    svg = drawn(etree.tostring(root), links=lambda _: "#" + name)
    assert not svg.xpath("//*[local-name()='script' or @onload]")
    assert {etree.QName(e).localname for e in svg.iter(etree.Element)} <= ALLOWED


ALLOWED = {"svg", "title", "desc", "g", "a", "rect", "circle", "path", "text", "image"}


def test_no_style_attributes_and_no_script_for_the_content_security_policy() -> None:
    svg = drawn(SIMPLE, heat={"a": (1, "2 j")}, tokens={"a": 1}, selected="a")
    assert not svg.xpath("//@style | //*[local-name()='style']")


def test_a_second_drawing_of_the_same_diagram_is_cheap() -> None:
    names = [f"t{i}" for i in range(30)]
    diagram = parse(bpmn("".join(f'<userTask id="{n}" name="Étape {n}"/>' for n in names) + chain(*names)))
    render(diagram, title="t", description="d")
    started = time.process_time()
    for n in range(50):
        render(diagram, title="t", description="d", states={"t1": "now"}, tokens={"t1": n + 1})
    assert (time.process_time() - started) / 50 < 0.01


def test_drawings_are_never_blown_up_and_say_how_wide_they_are() -> None:
    assert natural_width(parse(SIMPLE)) >= 700
    many = [f"t{i}" for i in range(30)]
    assert natural_width(parse(bpmn("".join(f'<task id="{n}"/>' for n in many) + chain(*many)))) > 3000


@given(st.text(max_size=200), st.floats(20, 300), st.integers(1, 6))
def test_wrapped_text_fits_its_width(text: str, width: float, most: int) -> None:
    lines = wrap(text, width, 12, most)
    assert len(lines) <= most
    assert all(text_width(line, 12) <= width or len(line) <= 2 for line in lines)


def test_french_punctuation_stays_with_its_word() -> None:
    assert wrap("Reçu « bien » ?", 70, 12) == ["Reçu", "«\u00a0bien\u00a0»\u00a0?"]


def test_an_error_is_a_value_error_for_callers_that_know_nothing_of_diagrams() -> None:
    assert issubclass(DiagramError, ValueError)
