"""Rules about scripts: their language, and whether it can be read (BPMN 2.0, 10.3.3)."""

from __future__ import annotations

from engine import scripts
from engine.check.findings import Findings
from engine.check.model import Model
from engine.check.rules import rule
from engine.diagnostics import Text
from engine.spiff.xml import Element, b

SCRIPT = rule(
    "zeebe.script",
    "Relais",
    "Le calcul « {name} » doit donner une expression FEEL et la donnée du résultat, ou un script Python.",
    'The script "{name}" must give a FEEL expression and the variable for its result, or a Python script.',
    hint=("Complétez-le.", "Complete it."),
)
LANGUAGE = rule(
    "bpmn.script-language",
    "BPMN 2.0.2, 10.3.3",
    "Le script « {name} » est écrit en « {language} », que Relais n’exécute pas.",
    'The script "{name}" is written in "{language}", which Relais does not execute.',
    hint=("Écrivez-le en FEEL, ou en Python.", "Write it in FEEL, or in Python."),
)
TEXT = rule(
    "bpmn.script",
    "BPMN 2.0.2, 10.3.3",
    "Le script « {name} » ne peut pas être exécuté, ligne {line} : {why}",
    'The script "{name}" cannot be run, line {line}: {why}',
    hint=("Corrigez cette ligne.", "Correct this line."),
)
_FEEL = ("feel", "text/feel", "text/x-feel", "application/feel", "application/x-feel")


def check_script(element: Element, model: Model, findings: Findings) -> None:
    """A job, FEEL or Python; FEEL and jobs go before what stands beside them as documentation."""
    ext = model.extensions(element)
    if ext.job_type is not None or (ext.script and ext.result_variable):
        return
    text = element.findtext(b("script")) or ""
    language = (element.get("scriptFormat") or "").strip()
    if ext.script or not text.strip() or language.lower() in ("", *_FEEL):
        findings.report(SCRIPT, element)
    elif scripts.is_python(language):
        _check_python(text, element, findings)
    else:
        findings.report(LANGUAGE, element, language=language)


def _check_python(text: str, element: Element, findings: Findings) -> None:
    try:
        scripts.RUNNER.check(scripts.read(text))
    except scripts.ScriptInvalid as error:
        position = sum(len(line) + 1 for line in text.split("\n")[: error.line - 1])
        where = Text(str(error.line), str(error.line))
        findings.report(TEXT, element, position=position, line=where, why=error.message)


def written(element: Element) -> frozenset[str]:
    """The variables that a script task in Python writes; none when it cannot be read."""
    try:
        return scripts.read(element.findtext(b("script")) or "").assigned
    except scripts.ScriptInvalid:
        return frozenset()
