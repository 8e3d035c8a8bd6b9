"""The figure around a drawing: legend, table, caption."""

from __future__ import annotations

from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader
from lxml import html as lxml_html

import ui
from designer.diagram import STATE_WORDS, natural_width, parse, render, table
from tests.diagram.build import bpmn, chain

XML = bpmn('<startEvent id="s" name="Reçue"/><userTask id="a" name="Contrôler &lt;b&gt;"/>' + chain("s", "a"))


@pytest.fixture(scope="module")
def macros() -> Any:
    environment = Environment(
        loader=FileSystemLoader(str(ui.TEMPLATES)), autoescape=True, extensions=["jinja2.ext.i18n"]
    )
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]
    environment.globals["icon"] = ui.icon
    return environment.get_template("_macros/diagram.html").module


def figure(macros: Any, **options: Any) -> Any:
    diagram = parse(XML)
    states = {"s": "done", "a": "now"}
    svg = render(diagram, title="Titre", description="Texte", states=states)
    words = {state: text.fr for state, text in STATE_WORDS.items()}
    rows = table(diagram, states=states)
    return lxml_html.fragment_fromstring(str(macros.diagram(svg, rows, state_words=words, **options)).strip())


def test_the_figure_holds_drawing_legend_and_table(macros: Any) -> None:
    tree = figure(macros, width=natural_width(parse(XML)))
    assert "diagram-w2" in tree.get("class")
    assert tree.xpath(".//svg[@class='bpmn'][@role='img']")
    assert "Chemin parcouru" in tree.text_content()
    cells = [
        " ".join(cell.text_content().split()) for cell in tree.xpath(".//tbody//*[self::th or self::td]")
    ]
    assert cells[0] == "Reçue début"
    assert cells[2] == "Contrôler <b>"
    assert cells[3] == "fait"
    assert cells[-1] == "le dossier est ici"


def test_the_small_figure_is_only_a_drawing_and_its_caption(macros: Any) -> None:
    tree = figure(macros, mini=True, caption="Le dossier est ici.")
    assert tree.get("class") == "diagram diagram-mini"
    assert not tree.xpath(".//ul | .//div[@class='diagram-view'][@tabindex]")
    assert tree.xpath("string(.//figcaption)") == "Le dossier est ici."
