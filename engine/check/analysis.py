"""What can be said of a model before it runs: joins that wait for ever, paths that run twice, dead ends.

Each scope becomes a small graph whose sound blocks are folded into single flows (`folding`); what is left,
and what was wrong inside a block when it was folded, are the findings. An error is said only of what every
case would meet.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.check.findings import Findings, label
from engine.check.folding import ENTRY, ONE, Graph, Trouble, fold
from engine.check.model import SUB_PROCESSES, Model, Scope
from engine.check.rules import rule
from engine.diagnostics import Severity
from engine.spiff.xml import Element, b, local

DEADLOCK = rule(
    "model.deadlock",
    "BPMN 2.0.2, 10.6.4 and 13.4.1",
    "« {name} » attend tous ses chemins, mais « {split} » n’en fait prendre qu’un : le dossier s’arrête là.",
    '"{name}" waits for all its paths, but "{split}" takes only one of them: the case stops there.',
    hint=(
        "Terminez par un embranchement du même genre que celui qui a séparé les chemins.",
        "Join the paths with a gateway of the kind that split them.",
    ),
)
MAY_WAIT = rule(
    "model.may-wait",
    "BPMN 2.0.2, 10.6.4 and 13.4.1",
    "« {name} » attend tous ses chemins, mais « {split} » peut n’en faire prendre que certains.",
    '"{name}" waits for all its paths, but "{split}" may take only some of them.',
    hint=("Terminez par un embranchement inclusif.", "Join the paths with an inclusive gateway."),
    severity="warning",
)
RUNS_TWICE = rule(
    "model.runs-twice",
    "BPMN 2.0.2, 10.6.2 and 13.4.2",
    "Ce qui suit « {name} » peut être fait plusieurs fois : « {split} » prend plusieurs chemins à la fois.",
    'What follows "{name}" may be done several times: "{split}" takes several paths at once.',
    hint=(
        "Réunissez les chemins par un embranchement parallèle ou inclusif.",
        "Join the paths with a parallel or inclusive gateway.",
    ),
    severity="warning",
)
WRITTEN_TWICE = rule(
    "model.written-twice",
    "BPMN 2.0.2, 10.4.2",
    "« {name} » et « {other} » écrivent « {variable} » en même temps : la dernière valeur écrite reste.",
    '"{name}" and "{other}" write "{variable}" at the same time: the value written last stays.',
    hint=("Donnez à chacun sa donnée.", "Give each its own variable."),
    severity="warning",
)
NO_EXIT = rule(
    "model.loop-without-exit",
    "BPMN 2.0.2, 10.5.3",
    "Depuis « {name} », aucun chemin ne mène à une fin : le dossier tourne en rond.",
    'From "{name}" no path leads to an end: the case goes round in circles.',
    hint=("Ajoutez un chemin qui sort de la boucle.", "Add a path that leaves the loop."),
    severity="warning",
)
UNREACHABLE = rule(
    "bpmn.unreachable",
    "BPMN 2.0.2, 10.5.2",
    "Aucun chemin ne mène du début à « {name} ».",
    'No path leads from the start to "{name}".',
    hint=("Reliez-le à ce qui le précède, ou retirez-le.", "Connect it to what precedes, or remove it."),
    severity="warning",
)
NO_DEFAULT = rule(
    "model.no-default",
    "BPMN 2.0.2, 10.6.2",
    "L’embranchement « {name} » n’a pas de chemin par défaut : si aucune condition n’est vraie, "
    "le dossier s’arrête.",
    'The gateway "{name}" has no default flow: when no condition is true, the case stops.',
    hint=("Faites d’un des chemins le chemin par défaut.", "Make one of the flows the default flow."),
    severity="info",
)
ENDS_ABRUPTLY = frozenset({"terminate", "error", "escalation", "cancel"})


Writes = Callable[[Element], frozenset[str]]


def check(scope: Scope, model: Model, writes: Writes, findings: Findings) -> None:
    """One executed process or sub-process; `writes` says which variables a node writes."""
    if scope.tag == "adHocSubProcess":
        return
    following = _following(scope, model)
    begins = _begins(scope, model)
    reached = _closure(begins, following)
    for node in scope.nodes:
        if node not in reached and (model.into(node) or local(node) == "boundaryEvent"):
            findings.report(UNREACHABLE, node)
    _check_exits(scope, following, reached, findings)
    _check_defaults(scope, model, findings)
    graph = _graph(scope, begins, reached, model, writes)
    troubles, is_folded = fold(graph)
    certain = is_folded and _is_plain(scope, begins, model)
    for trouble in troubles:
        _report(trouble, certain, scope, findings)


# ---- who follows whom


def _following(scope: Scope, model: Model) -> dict[Element, list[Element]]:
    """What a token may reach next, through flows, boundary events and links."""
    here = {n.get("id"): n for n in scope.nodes}
    catches = {_link(n): n for n in scope.of("intermediateCatchEvent") if _link(n)}
    following: dict[Element, list[Element]] = {}
    for node in scope.nodes:
        after = [here[t] for f in model.out_of(node) if (t := f.get("targetRef")) in here]
        after += [e for e in model.attached(node) if e.getparent() is scope.element]
        if local(node) == "intermediateThrowEvent" and _link(node) in catches:
            after.append(catches[_link(node)])
        following[node] = after
    return following


def _link(node: Element) -> str:
    definition = node.find(b("linkEventDefinition"))
    return "" if definition is None else (definition.get("name") or node.get("name") or "")


def _begins(scope: Scope, model: Model) -> list[Element]:
    """Where tokens appear: starts, else what no flow leads to; event sub-processes and handlers too."""
    apart = [n for n in scope.nodes if "true" in (n.get("triggeredByEvent"), n.get("isForCompensation"))]
    starts = [n for n in scope.nodes if local(n) == "startEvent" or n.get("instantiate") == "true"]
    if not starts:
        starts = [
            n for n in scope.nodes if not model.into(n) and local(n) != "boundaryEvent" and not _link(n)
        ]
    return starts + [n for n in apart if n not in starts]


def _closure(begins: list[Element], following: dict[Element, list[Element]]) -> set[Element]:
    seen: set[Element] = set()
    todo = list(begins)
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo += following.get(node, [])
    return seen


def _check_exits(
    scope: Scope, following: dict[Element, list[Element]], reached: set[Element], findings: Findings
) -> None:
    """Nodes from which nothing that ends can be reached: one finding, where a loop begins."""
    before: dict[Element, list[Element]] = {}
    for node, after in following.items():
        for other in after:
            before.setdefault(other, []).append(node)
    ending = _closure([n for n in scope.nodes if not following[n]], before)
    trapped = [n for n in scope.nodes if n in reached and n not in ending]
    loops = [n for n in trapped if len(before.get(n, [])) > 1]
    for node in (loops or trapped)[:1]:
        findings.report(NO_EXIT, node)


def _check_defaults(scope: Scope, model: Model, findings: Findings) -> None:
    for gateway in scope.of("exclusiveGateway", "inclusiveGateway"):
        out = model.out_of(gateway)
        if len(out) > 1 and not gateway.get("default") and not _covers(out):
            findings.report(NO_DEFAULT, gateway)


def _covers(flows: list[Element]) -> bool:
    """Whether one condition is always true, or two are each other's negation."""
    texts = [(f.findtext(b("conditionExpression")) or "").strip().removeprefix("=").strip() for f in flows]
    return "" in texts or "true" in texts or any(f"not({t})" in texts for t in texts)


# ---- the graph of tokens


def _graph(scope: Scope, begins: list[Element], reached: set[Element], model: Model, writes: Writes) -> Graph:
    graph, nodes = Graph(), [n for n in scope.nodes if n in reached]
    for node in nodes:
        graph.add(node, _joins(node), _splits(node, model), writes(node))
    for node in begins:
        graph.enter(node)
    if all(model.triggers(n) or n.get("instantiate") == "true" for n in begins):
        graph.splits[ENTRY] = ONE
    for node in nodes:
        for after in _following_tokens(node, scope, model):
            graph.connect(node, after)
    graph.finish()
    for node in nodes:
        host = model.find(node, node.get("attachedToRef"))
        if host in reached and host is not None and "compensate" not in model.triggers(node):
            graph.interrupt(host, node, interrupting=node.get("cancelActivity") != "false")
    return graph


def _following_tokens(node: Element, scope: Scope, model: Model) -> list[Element]:
    targets = [model.find(f, f.get("targetRef")) for f in model.out_of(node)]
    found = [t for t in targets if t is not None and t.getparent() is scope.element]
    name = _link(node) if local(node) == "intermediateThrowEvent" else ""
    if not name:
        return found
    return found + [c for c in scope.of("intermediateCatchEvent") if _link(c) == name]


def _joins(node: Element) -> str:
    kinds = {"parallelGateway": "all", "inclusiveGateway": "some", "complexGateway": "some"}
    return kinds.get(local(node), "one")


def _splits(node: Element, model: Model) -> str:
    tag, out = local(node), model.out_of(node)
    if tag in ("exclusiveGateway", "eventBasedGateway"):
        return "one"
    if tag == "parallelGateway":
        return "all"
    if tag in ("inclusiveGateway", "complexGateway"):
        return "some"
    conditional = node.get("default") or any(f.find(b("conditionExpression")) is not None for f in out)
    return "some" if conditional else "all"


def _is_plain(scope: Scope, begins: list[Element], model: Model) -> bool:
    """Whether nothing but sequence flows moves the tokens of this scope, one token from one start."""
    if scope.tag != "process" or len(begins) != 1:
        return False
    for node in scope.nodes:
        tag = local(node)
        if tag == "boundaryEvent" or tag in SUB_PROCESSES or tag == "callActivity":
            return False
        if any(node.get(q, "1") != "1" for q in ("startQuantity", "completionQuantity")):
            return False
        if ENDS_ABRUPTLY & set(model.triggers(node)):
            return False
    return True


def _report(trouble: Trouble, certain: bool, scope: Scope, findings: Findings) -> None:
    words = label(scope.element if trouble.split is None else trouble.split)
    if trouble.kind == "written-twice":
        findings.report(WRITTEN_TWICE, trouble.join, other=words, variable=trouble.name)
    elif trouble.kind == "deadlock":
        severity: Severity = "error" if certain and trouble.always else "warning"
        findings.report(DEADLOCK, trouble.join, severity=severity, split=words)
    elif trouble.kind == "may-wait":
        findings.report(MAY_WAIT, trouble.join, split=words)
    else:
        findings.report(RUNS_TWICE, trouble.join, split=words)
