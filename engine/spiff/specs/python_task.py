"""The script task in Python: runs in the sandbox; what it assigns are its results."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

from engine import scripts
from engine.diagnostics import Text
from engine.spiff.changes import Stop
from engine.spiff.specs.activity import Activity
from engine.spiff.xml import b

if TYPE_CHECKING:
    from engine.spiff.reader import Reader
    from engine.spiff.token import Token
    from engine.spiff.xml import Element

#: Seconds that the scripts of one advance may take together: so long others wait for the instance.
MAX_SECONDS_TOGETHER = 5.0


class PythonTask(Activity):
    """A script task with `scriptFormat` python and a `script` (BPMN 2.0.2, 10.3.3)."""

    kind = "script_task"

    def __init__(self, process_spec: Any, element: Element, reader: Reader) -> None:
        super().__init__(process_spec, element, reader)
        try:
            self.script = scripts.read(element.findtext(b("script")) or "")
        except scripts.ScriptInvalid as error:
            reader.report("bpmn.script", element, error.message, error.line)

    def begin(self, token: Token) -> bool:
        """Run; a script computes and nothing else, so that it can be run again after a correction."""
        top = token.workflow.top
        if top.script_seconds > MAX_SECONDS_TOGETHER:
            raise Stop("script", _too_long_together(self.label))
        moment = scripts.Moment(top.now, top.zone, f"{top.instance_id}:{token.key}")
        begun = monotonic()
        try:
            token.payload = scripts.RUNNER.run(self.script, token.scope, moment)
        except scripts.ScriptFailed as error:
            raise Stop("script", _failed(self.label, error.message)) from error
        finally:
            top.script_seconds += monotonic() - begun
        return True

    def result(self, token: Token) -> dict[str, Any]:
        """What the script assigned."""
        return token.payload


def _failed(label: str, why: Text) -> Text:
    return Text(
        f"Le script de l’étape « {label} » s’est arrêté : {why.fr}",
        f'The script of the step "{label}" stopped: {why.en}',
    )


def _too_long_together(label: str) -> Text:
    return Text(
        f"Les scripts du dossier ont pris plus de {MAX_SECONDS_TOGETHER:g} s d’affilée ; il a été arrêté "
        f"avant « {label} ». Relancez, ou placez une attente entre eux.",
        f"The scripts of the case took more than {MAX_SECONDS_TOGETHER:g} s in one go; it was stopped before "
        f'"{label}". Try again, or put a wait between them.',
    )
