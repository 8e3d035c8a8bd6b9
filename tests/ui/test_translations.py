"""French first, English complete: every text has both, and each is really translated."""

from __future__ import annotations

import json
import re

import pytest

import ui
from ui.compile_translations import TRANSLATIONS, compile_all, extracted, merged, missing

ENGLISH = TRANSLATIONS / "en" / "LC_MESSAGES"
ISLANDS = ui.ROOT / "islands"

# Words that are the same in both languages; each was read by a person.
SAME = {
    "Message",
    "Guide",
    "Incident",
    "Minute",
    "Minutes",
    "Code",
    "Place",
    "Date",
    "Version",
    "Versions",
    "Incidents",
    "Action",
    "Actions",
    "Cause",
    "Documents",
    "Document",
    "Page",
    "Catalogue",
    "Type",
    "Description",
    "Note",
    "Service",
    "Relais",
    "Simple",
    "Formulaire",
}
SAME_IN_BPMN = {
    "Association",
    "Participants",
    "). ",
    "BPMN",
    "Code",
    "Compensation",
    "Condition",
    "Date",
    "Description",
    "Expression",
    "Incompatible",
    "JSON",
    "Message",
    "Orange",
    "Participant",
    "Signal",
    "Transaction",
    "Type",
    "Version",
    " + x + ",
}
SAME_IN_FORMS = {
    "Action",
    "Condition",
    "Date",
    "Expression",
    "Image",
    "Maximum",
    "Minimum",
    "Pagination",
    "Type",
    "Validation",
}
# Names inside the code and messages for programmers, which nobody is shown; and the mark that has to stay.
ENGLISH_IN_FORMS = {
    "Drop is not a valid target",
    "Drop not allowed by path registry",
    "FilterContext",
    "No associated form field in the registry",
    "Powered by bpmn.io",
    "Root",
    "Web-based tooling for BPMN, DMN, and forms powered by",
}
# A plain space before these would let a line begin with them.
LOOSE = re.compile(r" [:;?!»]|« ")


def dictionary(island: str) -> dict[str, str]:
    return dict(json.loads((ISLANDS / island / "i18n" / "fr.json").read_text(encoding="utf-8")))


def french_texts() -> list[str]:
    found = set[str]()
    for message, _place in extracted():
        found.update([message] if isinstance(message, str) else message)
    return sorted(found)


def test_every_text_of_pages_has_english() -> None:
    lacking = [str(entry.id) for entry in missing(ENGLISH) if entry.id]
    assert lacking == [], "run: python -m ui.compile_translations --missing"


def words_of(text: str) -> set[str]:
    """The words of a text, without the places of values."""
    return {word.lower() for word in re.findall(r"[^\W\d_]{3,}", re.sub(r"%\(\w+\)[sd]|\{\w+\}", " ", text))}


def test_english_is_not_french() -> None:
    alike = {word.lower() for word in SAME}
    same = [str(entry.id) for entry in merged(ENGLISH) if entry.id and entry.id == entry.string]
    assert sorted(text for text in same if words_of(text) - alike) == []


def test_english_keeps_the_places_of_values() -> None:
    place = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
    for entry in merged(ENGLISH):
        if isinstance(entry.id, str) and entry.id:
            assert sorted(set(place.findall(entry.id))) == sorted(set(place.findall(str(entry.string)))), (
                entry.id
            )


def test_french_punctuation_does_not_break_lines() -> None:
    assert [text for text in french_texts() if LOOSE.search(text)] == []


def test_compiling_writes_what_was_merged(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("translations") / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "one.po").write_text('msgid "Fermer"\nmsgstr "Close"\n', encoding="utf-8")
    assert compile_all(folder.parent.parent) == [folder / "messages.mo"]
    assert compile_all(folder.parent.parent) == []


def test_two_files_that_disagree_are_refused(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("translations") / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "one.po").write_text('msgid "Fermer"\nmsgstr "Close"\n', encoding="utf-8")
    (folder / "two.po").write_text('msgid "Fermer"\nmsgstr "Shut"\n', encoding="utf-8")
    with pytest.raises(ValueError, match="already translated otherwise"):
        merged(folder)


def listed(name: str) -> list[str]:
    """What the build found in the sources of the libraries that it put into the islands."""
    return list(json.loads((ui.DIST / ".vite" / name).read_text(encoding="utf-8")))


def test_the_modeler_has_french_for_every_text_that_its_libraries_ask_for(built: None) -> None:
    keys = listed("library-texts.json")
    assert len(keys) > 300
    assert [key for key in keys if key not in dictionary("modeler")] == []


def test_the_form_builder_holds_no_english_of_its_library(built: None) -> None:
    assert sorted(set(listed("form-texts.json")) - ENGLISH_IN_FORMS) == []


@pytest.mark.parametrize(("island", "same"), [("modeler", SAME_IN_BPMN), ("forms", SAME_IN_FORMS)])
def test_the_french_of_islands_is_french(island: str, same: set[str]) -> None:
    words = dictionary(island)
    assert sorted(key for key, text in words.items() if key == text and key not in same) == []
    assert [text for text in words.values() if LOOSE.search(text)] == []


def test_the_islands_own_texts_exist_in_both_languages() -> None:
    texts = json.loads((ISLANDS / "shared" / "texts.json").read_text(encoding="utf-8"))
    for key, (french, english) in texts.items():
        assert french
        assert english
        assert french != english or key in ("detail.simple", "version.published"), key
        assert not LOOSE.search(french), key
        assert set(re.findall(r"\{\w+\}", french)) == set(re.findall(r"\{\w+\}", english)), key
