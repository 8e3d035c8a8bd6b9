"""An instance in which nothing can move gets an incident, in the same advance that led there."""

from __future__ import annotations

from engine.diagnostics import Text
from engine.spiff import standing
from engine.spiff.changes import NewIncident, Stop
from engine.spiff.process_run import ProcessRun

STALLED = "stalled"


def watch(run: ProcessRun) -> None:
    """After an advance: an instance in which nothing can move gets an incident."""
    if run.completed or run.changes.incidents or standing.can_move(run):
        return
    waits = standing.of(run)
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
