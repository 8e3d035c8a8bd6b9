"""An instance in which nothing can move gets an incident, in the same advance that led there."""

from __future__ import annotations

from engine.diagnostics import Text
from engine.spiff import data_sets, standing
from engine.spiff.changes import NewIncident, Stop
from engine.spiff.process_run import ProcessRun
from engine.spiff.token import Token

STALLED = "stalled"


def watch(run: ProcessRun) -> None:
    """After an advance: an instance in which nothing can move gets an incident."""
    if run.completed or run.changes.incidents or standing.can_move(run):
        return
    waits = standing.of(run)
    hungry = [w.token for w in waits if w.kind == "data" and w.token is not None]
    for token in hungry:
        run.stop(token, Stop("data", _no_data(run, token)))
    if hungry:
        return
    still = next((w for w in waits if w.kind == "nothing" and w.token is not None), None)
    if still is not None and still.token is not None:
        run.stop(still.token, Stop(STALLED, _nothing_at(still.token.task_spec.label)))
        return
    for part in run.runs():
        for element_id, counts in list(part.joins.items()):
            part.node(element_id).stuck(part, counts)
    if not run.changes.incidents:
        incident = NewIncident(run.key, run.compiled.key, STALLED, _nowhere(run.compiled.name), None)
        run.changes.incidents.append(incident)


def _no_data(run: ProcessRun, token: Token) -> Text:
    node = token.task_spec
    return data_sets.no_input(
        node.label, node.data.input_sets, lambda source: run.evaluate(source, token.outer_scope)
    )


def _nothing_at(label: str) -> Text:
    return Text(
        f"« {label} » n’attend plus rien ni personne, et le dossier ne peut plus avancer. "
        "Réessayez cette étape, ou déplacez le dossier.",
        f'"{label}" waits for nothing and nobody, and the case can no longer move. '
        "Try this step again, or move the case.",
    )


def _nowhere(name: str) -> Text:
    return Text(
        f"Le dossier n’est plus à aucune étape de « {name} », et il n’est pas terminé. "
        "Commencez l’étape où il doit reprendre, ou annulez-le.",
        f'The case is at no step of "{name}" any more, and has not ended. '
        "Start the step where it has to go on, or cancel it.",
    )
