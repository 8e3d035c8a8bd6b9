"""Each rule of the quality scale finds what it is there for."""

from __future__ import annotations

import pytest

from connectors import scaffold
from connectors.sdk import Connector, InputSchema, OutputSchema, conformance, fields
from connectors.sdk.element_template import write_templates
from connectors.sdk.errors import STANDARD_ERRORS
from connectors.sdk.testing import load_connector


@pytest.fixture
def good(tmp_path):
    """A connector without fault, for the tests to damage. (Its folder's path is new for each test.)"""
    folder = scaffold.new("bon", tmp_path, "Bon", "Good")
    return load_connector(str(folder / "connector.py"))


def rewrite(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def spoil_template(connector):
    rewrite(connector.folder / "element-templates" / "find-v1.json", "Numéro", "Nombre")


def spoil_template_id(connector):
    rewrite(connector.folder / "element-templates" / "find-v1.json", "relais.bon.find", "relais.bon.other")


def spoil_readme(connector):
    rewrite(connector.folder / "README.md", "`find`", "find")


def spoil_icon(connector):
    rewrite(connector.folder / "icon.svg", "<path", '<image href="x"/><path')


def spoil_tests(connector):
    for path in (connector.folder / "tests").glob("test_*.py"):
        path.unlink()


def spoil_codes(connector):
    rewrite(
        connector.folder / "connector.py",
        'raise ConnectorError(message, "NO_RECORD")',
        'raise ConnectorError(message, "OTHER")',
    )


def spoil_example(connector):
    connector.newest("find").example = {"surprise": 1}


def spoil_promise(connector):
    connector.newest("create").check_function = None


def spoil_label(connector):
    del connector.newest("find").input_schema.fields["number"].metadata["label"]


def spoil_french(connector):
    connector.newest("find").input_schema.fields["number"].metadata["label"] = {
        "fr": "Quel numéro ?",
        "en": "x",
    }


def spoil_secret(connector):
    connector.newest("find").input_schema.fields["api_token"] = fields.text(fr="Jeton", en="Token")


def spoil_stub(connector):
    connector.stub(lambda **_: scaffold_stub_with_wrong_token(connector))


def scaffold_stub_with_wrong_token(connector):
    stub = start(connector)
    stub.connection["token"] = "faux"
    return stub


def start(connector):
    import sys

    module = sys.modules[connector.newest("find").function.__module__]
    return module.start_stub()


def spoil_error_code(connector):
    connector.newest("find").errors["pas un code"] = STANDARD_ERRORS["TIMEOUT"]


def spoil_output(connector):
    connector.newest("find").output_schema.fields.clear()


def spoil_exemption(connector):
    connector.manifest.exempt.update({"no_such_rule": "x"})


def spoil_title(connector):
    connector.newest("find").title = STANDARD_ERRORS["TIMEOUT"]


def spoil_folder(connector):
    connector.folder = connector.folder.rename(connector.folder.with_name("autre"))


def spoil_try(connector):
    connector._try = None


@pytest.mark.parametrize(
    ("rule", "spoil"),
    [
        ("template_is_current", spoil_template),
        ("templates_load", spoil_template_id),
        ("readme_names_it", spoil_readme),
        ("icon_is_ours", spoil_icon),
        ("has_tests", spoil_tests),
        ("errors_are_documented", spoil_codes),
        ("example_is_valid", spoil_example),
        ("promise_is_consistent", spoil_promise),
        ("fields_have_labels", spoil_label),
        ("words_are_french_and_english", spoil_french),
        ("secrets_are_secret", spoil_secret),
        ("stub_works", spoil_stub),
        ("codes_are_codes", spoil_error_code),
        ("result_is_declared", spoil_output),
        ("exemptions_exist", spoil_exemption),
        ("manifest_agrees", spoil_title),
        ("kind_is_folder", spoil_folder),
        ("connection_can_be_tried", spoil_try),
    ],
)
def test_a_rule_finds_its_fault(good, rule, spoil):
    assert conformance.faults(good) == []
    spoil(good)
    assert [fault for fault in conformance.faults(good) if fault.startswith(rule)]


def test_every_rule_is_tried_here():
    tried = {
        mark.args[1][i][0]
        for mark in test_a_rule_finds_its_fault.pytestmark
        for i in range(len(mark.args[1]))
    }
    assert tried == {*conformance.CONNECTOR_RULES, *conformance.OPERATION_RULES}


def test_an_exemption_needs_a_reason_and_must_be_needed(good):
    spoil_readme(good)
    good.manifest.exempt["readme_names_it:find"] = "documented elsewhere"
    assert conformance.faults(good) == []
    rewrite(good.folder / "README.md", "| find |", "| `find` |")
    (fault,) = conformance.faults(good)
    assert "no longer needed" in fault


def test_a_connector_without_anything_is_told_everything(folder):
    class Empty(InputSchema):
        pass

    class Result(OutputSchema):
        pass

    connector = Connector.from_folder(str(folder / "connector.py"))
    connector.operation(
        "do", name="x", description="x", input=Empty, output=Result, effect="write", idempotency="check"
    )(lambda *_: {})
    write_templates(connector)
    rules = {fault.partition(":")[0].partition(",")[0] for fault in conformance.faults(connector)}
    assert {
        "stub_works",
        "has_tests",
        "readme_names_it",
        "promise_is_consistent",
        "result_is_declared",
    } <= rules
