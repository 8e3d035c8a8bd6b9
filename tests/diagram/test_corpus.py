"""Files that nobody here wrote: each is drawn, or refused with a reason; never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from designer.diagram import DiagramError, describe, parse, render, table

FOLDERS = ("miwg", "models", "betsy", "betsy-invalid")


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_file_is_drawn_or_refused_by_name(corpora: Path, folder: str) -> None:
    files = sorted(f for f in (corpora / folder).rglob("*") if f.suffix in (".bpmn", ".xml"))
    refused = 0
    for file in files:
        try:
            diagram = parse(file.read_bytes())
        except DiagramError:
            refused += 1
            continue
        svg = render(
            diagram, title=file.name, description=describe(diagram), links=lambda element: "#" + element
        )
        etree.fromstring(svg)
        assert render(diagram, title=file.name, description="", mini=True)
        table(diagram)
    assert files
    assert refused <= len(files) * 0.02


def test_reference_models_show_every_element_that_has_a_place(corpora: Path) -> None:
    for file in sorted((corpora / "miwg" / "Reference").glob("*.bpmn")):
        text = file.read_text(encoding="utf-8")
        diagram = parse(file.read_bytes())
        drawn = {s.node.id for p in diagram.planes for s in p.shapes}
        drawn |= {line.edge.id for p in diagram.planes for line in p.lines}
        root = etree.fromstring(text.encode())
        placed = {e.get("bpmnElement").rpartition(":")[2] for e in root.iter("{*}BPMNShape", "{*}BPMNEdge")}
        assert placed <= drawn, file.name
        assert not diagram.laid_out
