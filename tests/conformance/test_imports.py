"""Files that nobody here wrote are imported without loss; what is refused is refused by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conformance import imports
from tests.conformance.losses import lost

#: Every how-many-th file of a corpus is tried here; the command tries them all.
STEP = {"models": 8, "miwg": 3}
#: Not BPMN 2.0, or not XML. Can only shrink.
NO_DIAGRAMS = frozenset(
    (
        "PropertyTest.testUserTaskLinkExprProperty",  # a working draft of BPMN
        "BpmnParseTest.testXMLParsingErrors",  # broken on purpose
        "testXxeParsingIsDisabled",  # hostile on purpose
    )
)


@pytest.mark.corpus
@pytest.mark.slow
@pytest.mark.parametrize("folder", sorted(STEP))
def test_files_of_other_tools_come_in_and_go_out_whole(corpora: Path, folder: str) -> None:
    house = imports.House()
    files = [f for f in sorted((corpora / folder).rglob("*")) if f.name.lower().endswith(imports.ENDINGS)]
    assert files
    outcomes = [house.bring_in(f.name, f.read_bytes()) for f in files[:: STEP[folder]]]
    assert [(o.test, o.error) for o in outcomes if o.error] == []
    assert [(o.test, o.losses) for o in outcomes if o.losses] == []
    refused = [o.test for o in outcomes if o.refused]
    assert [name for name in refused if not any(known in name for known in NO_DIAGRAMS)] == []


@pytest.mark.corpus
@pytest.mark.parametrize("name", sorted(NO_DIAGRAMS))
def test_what_is_listed_as_no_diagram_is_none(corpora: Path, name: str) -> None:
    file = next(f for f in (corpora / "models").rglob("*") if name in f.name)
    assert imports.House().bring_in(file.name, file.read_bytes()).refused


XML = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">{}</definitions>'


def test_the_command_tells_one_line_per_file_and_never_stops(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.bpmn").write_text(XML.format('<process id="p"><startEvent id="s"/></process>'))
    (tmp_path / "b.bpmn20.xml").write_text("<broken")
    assert imports.main([str(tmp_path), "--raw"]) == 0
    good, broken = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (good["refused"], good["error"], good["case"], good["trace"]) == (None, None, None, [])
    assert broken["refused"] == "xml.not-well-formed"
    assert imports.main([str(tmp_path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["files"], found["imported"], found["refused"]) == (2, 1, 1)
    assert (found["tracebacks"], found["round_trip_losses"]) == (0, 0)


BEFORE = XML.format('<!-- why --><process id="p" name="a"><documentation>text</documentation></process>')


@pytest.mark.parametrize(
    "after",
    [
        BEFORE.replace("<!-- why -->", ""),
        BEFORE.replace(' name="a"', ""),
        BEFORE.replace('name="a"', 'name="b"'),
        BEFORE.replace("text", "other"),
        BEFORE.replace("<documentation>text</documentation>", ""),
    ],
)
def test_a_loss_is_seen(after: str) -> None:
    assert lost(BEFORE.encode(), BEFORE.encode()) == []
    assert len(lost(BEFORE.encode(), after.encode())) == 1
