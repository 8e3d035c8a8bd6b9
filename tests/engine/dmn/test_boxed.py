"""Boxed expressions, item definitions, requirements, imports and decision services."""

from __future__ import annotations

import pytest

from engine import dmn
from engine.errors import DefinitionInvalid
from tests.engine.dmn.samples import decided, decision, definitions, input_data, literal, outcome

VERSIONS = [
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
]


def _entry(name: str, logic: str) -> str:
    variable = f'<variable name="{name}"/>' if name else ""
    return f"<contextEntry>{variable}{logic}</contextEntry>"


THEN_ELSE = f"<then>{literal('1')}</then><else>{literal('2')}</else>"
IN = f"<in>{literal('[1, x]')}</in>"
BOXES = {
    "context": (
        f"<context>{_entry('a', literal('1'))}{_entry('b', literal('a + 1'))}</context>",
        "{a: 1, b: 2}",
    ),
    "context with result": (
        f"<context>{_entry('nb années', literal('1'))}{_entry('', literal('nb années + x'))}</context>",
        "4",
    ),
    "list": (f"<list>{literal('x')}{literal('2')}</list>", "[3, 2]"),
    "relation": (
        f'<relation><column name="a"/><column name="b"/><row>{literal("x")}{literal("2")}</row></relation>',
        "[{a: 3, b: 2}]",
    ),
    "conditional": (
        f"<conditional><if>{literal('x > 2')}</if>{THEN_ELSE}</conditional>",
        "1",
    ),
    "for": (
        f'<for iteratorVariable="i"><in>{literal("[1..x]")}</in><return>{literal("i * i")}</return></for>',
        "[1, 4, 9]",
    ),
    "some": (
        f'<some iteratorVariable="i">{IN}<satisfies>{literal("i = 3")}</satisfies></some>',
        "true",
    ),
    "every": (
        f'<every iteratorVariable="i">{IN}<satisfies>{literal("i = 3")}</satisfies></every>',
        "false",
    ),
    "filter": (
        f"<filter><in>{literal('[{a: 1}, {a: x}]')}</in><match>{literal('a > 2')}</match></filter>",
        "[{a: 3}]",
    ),
    "filter by item": (
        f"<filter><in>{literal('[1, x]')}</in><match>{literal('item > 2')}</match></filter>",
        "[3]",
    ),
    "function": (
        "<context>"
        + _entry(
            "twice",
            '<functionDefinition><formalParameter name="n" typeRef="number"/>'
            + literal("n * 2")
            + "</functionDefinition>",
        )
        + _entry("", literal("twice(x) + twice(n: 1)"))
        + "</context>",
        "8",
    ),
}


@pytest.mark.parametrize("name", BOXES)
def test_boxed_expression(name: str) -> None:
    """Each form of box has the value of its FEEL counterpart."""
    logic, expected = BOXES[name]
    assert decided(definitions(input_data("x"), decision("d", logic, ["#_x"])), "d", x=3) == expected


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_is_read(version: str) -> None:
    """DMN 1.1 to 1.5 differ by their namespace."""
    model = definitions(input_data("x"), decision("d", literal("x + 1"), ["#_x"]), version=version)
    assert decided(model, "d", x=1) == "2"


def test_what_is_no_dmn_is_refused() -> None:
    """DMN 1.0 and other files get one diagnostic."""
    with pytest.raises(DefinitionInvalid) as refused:
        dmn.load(b'<definitions xmlns="http://www.omg.org/spec/DMN/20130901"/>')
    assert refused.value.diagnostics[0].rule == "dmn.not-dmn"


def test_decisions_require_decisions_and_knowledge() -> None:
    """Requirements bind names; a knowledge model is a function."""
    knowledge = (
        '<businessKnowledgeModel id="k" name="double"><encapsulatedLogic>'
        f'<formalParameter name="n" typeRef="number"/>{literal("n * 2")}</encapsulatedLogic>'
        "</businessKnowledgeModel>"
    )
    first = decision("first", literal("x + 1"), ["#_x"])
    binding = f'<binding><parameter name="n"/>{literal("first")}</binding>'
    invocation = f"<invocation>{literal('double')}{binding}</invocation>"
    model = definitions(input_data("x"), knowledge, first, decision("d", invocation, ["d|#d_first", "k|#k"]))
    found = outcome(model, "d", x=2)
    assert found.value == 6
    assert [step.name for step in found.steps] == ["first", "d"]
    assert [(source.name, source.kind) for source in found.steps[1].sources] == [
        ("first", "decision"),
        ("double", "knowledge"),
    ]


def test_knowledge_may_call_itself() -> None:
    """A knowledge model knows its own name."""
    knowledge = (
        '<businessKnowledgeModel id="k" name="fact"><encapsulatedLogic><formalParameter name="n"/>'
        f"{literal('if n < 2 then 1 else n * fact(n - 1)')}</encapsulatedLogic></businessKnowledgeModel>"
    )
    assert decided(definitions(knowledge, decision("d", literal("fact(10)"), ["k|#k"])), "d") == "3628800"


def test_an_argument_that_does_not_fit_leaves_the_call_without_result() -> None:
    """The reason names the parameter."""
    knowledge = (
        '<businessKnowledgeModel id="k" name="f"><encapsulatedLogic>'
        f'<formalParameter name="n" typeRef="number"/>{literal("1")}</encapsulatedLogic>'
        "</businessKnowledgeModel>"
    )
    model = definitions(knowledge, decision("d", literal('f("a")'), ["k|#k"]))
    found = outcome(model, "d")
    assert found.value is None
    assert "pour « n », un texte n’est pas du type number" in found.reasons[0].fr.replace("\u00a0", " ")


def test_what_is_not_required_is_not_seen() -> None:
    """A decision names only what it requires."""
    model = definitions(input_data("x"), decision("d", literal("x")))
    assert decided(model, "d", x=1) == "null"


def test_a_long_chain_of_decisions_is_evaluated() -> None:
    """Its length is not a depth."""
    chain = [decision(f"n{i}", literal(f"n{i - 1} + 1"), [f"d|#d_n{i - 1}"]) for i in range(1, 1000)]
    assert decided(definitions(decision("n0", literal("0")), *chain), "n999") == "999"


def test_a_decision_that_requires_itself_is_null_with_the_reason() -> None:
    """A cycle neither hangs nor overflows."""
    model = definitions(decision("a", literal("b"), ["d|#d_b"]), decision("b", literal("a"), ["d|#d_a"]))
    found = outcome(model, "a")
    assert found.value is None
    assert any("dépend d’elle-même" in reason.fr for reason in found.reasons)


SERVICE = (
    '<decisionService id="s" name="service"><variable name="service"/><outputDecision href="#d_out"/>'
    '<encapsulatedDecision href="#d_inner"/><inputDecision href="#d_given"/>'
    '<inputData href="#_x"/></decisionService>'
)


def test_a_decision_service_is_a_function_of_its_inputs() -> None:
    """Its decisions see the arguments alone; input decisions are not evaluated."""
    parts = [
        input_data("x"),
        decision("given", literal("1000")),
        decision("inner", literal("x + given"), ["#_x", "d|#d_given"]),
        decision("out", literal("inner * 2"), ["d|#d_inner"]),
        SERVICE,
        decision("d", literal("service(1, 2)"), ["k|#s"]),
    ]
    assert decided(definitions(*parts), "d", x=7) == "6"
    assert decided(definitions(*parts), "service", x=7, given=1) == "16"


TYPES = (
    '<itemDefinition name="age"><typeRef>number</typeRef><allowedValues><text>[0..130]</text></allowedValues>'
    '</itemDefinition><itemDefinition name="ages" isCollection="true"><typeRef>age</typeRef></itemDefinition>'
    '<itemDefinition name="person"><itemComponent name="last name"><typeRef>string</typeRef></itemComponent>'
    '<itemComponent name="age"><typeRef>age</typeRef></itemComponent></itemDefinition>'
)


@pytest.mark.parametrize(
    ("type_ref", "text", "expected"),
    [
        ("age", "12", "12"),
        ("age", "200", "null"),
        ("age", '"12"', "null"),
        ("age", "[12]", "12"),
        ("ages", "12", "[12]"),
        ("ages", "[12, 200]", "null"),
        ("person", '{last name: "A", age: 3}', '{"last name": "A", age: 3}'),
        ("person", '{last name: "A", age: 300}', "null"),
        ("person", '{last name: "A"}', "null"),
        ("date and time", 'date("2024-02-29")', '@"2024-02-29T00:00:00Z"'),
        ("dateTime", 'date("2024-02-29")', '@"2024-02-29T00:00:00Z"'),
    ],
)
def test_a_value_is_held_to_its_type(type_ref: str, text: str, expected: str) -> None:
    """Converted to or from a list of one, a date to its midnight; otherwise null."""
    model = definitions(TYPES, decision("d", literal(text), type_ref=type_ref))
    assert decided(model, "d") == expected


def test_names_of_components_may_contain_spaces() -> None:
    """The parser knows the entries that the types declare."""
    text = 'p.last name + string(count([p][last name = "A"]))'
    model = definitions(TYPES, input_data("p", "person"), decision("d", literal(text), ["#_p"]))
    assert decided(model, "d", p={"last name": "A", "age": None}) == '"A1"'


def test_imported_elements_are_known_under_the_name_of_the_import() -> None:
    """Inputs of the imported model may stand under that name, or beside the others."""
    other = definitions(
        input_data("x"), decision("base", literal("x * 10"), ["#_x"]), TYPES, namespace="other"
    )
    imported = (
        '<import name="lib" namespace="other" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
    )
    model = definitions(
        imported, decision("d", literal("lib.base + 1"), ["d|other#d_base"], type_ref="lib.age")
    )
    assert decided(model, "d", [other], x=1) == "11"
    assert decided(model, "d", [other], lib={"x": 2}) == "21"
    assert decided(model, "d", [other], x=20) == "null", "201 is no age"


IMPORT = '<import name="{}" namespace="{}" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'


def _greeting(namespace: str) -> bytes:
    text = literal("modelA.Greet + modelA.Person name")
    return definitions(
        IMPORT.format("modelA", "A"),
        decision("Say", text, ["d|A#d_Greet", "A#person"]),
        namespace=namespace,
    )


def test_each_way_to_an_imported_model_has_its_own_inputs() -> None:
    """Two imports of one model do not share what they were given; flat inputs serve them all."""
    person = '<inputData id="person" name="Person name"><variable name="Person name"/></inputData>'
    base = definitions(person, decision("Greet", literal('"Hi "'), ["#person"]), namespace="A")
    model = definitions(
        IMPORT.format("Model B", "B"),
        IMPORT.format("Model C", "C"),
        decision("d", literal('Model B.Say + ", " + Model C.Say'), ["d|B#d_Say", "d|C#d_Say"]),
    )
    others = [base, _greeting("B"), _greeting("C")]
    ada, alan = ({"modelA": {"Person name": name}} for name in ("Ada", "Alan"))
    assert decided(model, "d", others, **{"Model B": ada, "Model C": alan}) == '"Hi Ada, Hi Alan"'
    assert decided(model, "d", others, **{"Person name": "Eve"}) == '"Hi Eve, Hi Eve"'


def test_an_import_without_name_brings_its_elements_as_they_are() -> None:
    """DMN 1.5: an empty import name puts no prefix."""
    base = definitions(input_data("x"), decision("base", literal("x * 2"), ["#_x"]), namespace="A")
    model = definitions(IMPORT.format("", "A"), decision("d", literal("base + 1"), ["d|A#d_base"]))
    assert decided(model, "d", [base], x=2) == "5"


def test_a_missing_import_is_named() -> None:
    """Nothing is guessed in its place."""
    imported = (
        '<import name="lib" namespace="other" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>'
    )
    with pytest.raises(DefinitionInvalid) as refused:
        dmn.load(definitions(imported))
    assert refused.value.diagnostics[0].rule == "dmn.import-missing"


def test_faults_are_collected_and_give_null() -> None:
    """One broken expression does not hide the others."""
    parts = [
        decision("a", literal("1 +")),
        decision("b", literal("2")),
        decision("c", literal("f(", "nothing")),
    ]
    model = dmn.load(definitions(*parts))
    assert [problem.rule for problem in model.problems] == [
        "dmn.expression",
        "dmn.expression",
        "dmn.unknown-type",
    ]
    assert decided(definitions(*parts), "a") == "null"
    assert decided(definitions(*parts), "b") == "2"


def test_external_functions_and_other_languages_are_refused_by_name() -> None:
    """Java is not run, and is not misread."""
    java = '<functionDefinition kind="Java"><context/></functionDefinition>'
    groovy = '<literalExpression expressionLanguage="groovy"><text>1</text></literalExpression>'
    model = dmn.load(definitions(decision("a", java), decision("b", groovy)))
    assert [problem.rule for problem in model.problems] == ["dmn.refused", "dmn.refused"]


def test_a_missing_input_is_the_reason() -> None:
    """The explanation says which value was not there."""
    model = definitions(input_data("x"), decision("d", literal("x"), ["#_x"]))
    reasons = outcome(model, "d").reasons
    assert reasons[0].fr == "«\u00a0x\u00a0» vaut null parce que cette donnée n’a pas été fournie."


def test_an_unknown_decision_says_which_there_are() -> None:
    """The error names the decisions of the model."""
    with pytest.raises(dmn.DecisionUnknown, match="no decision 'z'; there are: a"):
        outcome(definitions(decision("a", literal("1"))), "z")


def test_decimals_are_exact() -> None:
    """0.1 + 0.2 = 0.3, through a whole decision."""
    model = definitions(input_data("x", "number"), decision("d", literal("x + 0.2 = 0.3"), ["#_x"]))
    assert outcome(model, "d", x=0.1).value is True
