"""Whole processes: whether they run, what starts them, and technical settings that mean nothing here."""

from __future__ import annotations

from engine.imports import dialects, extensions
from engine.imports.translation import Translation
from engine.spiff.xml import Element, b, is_bpmn, local

#: Settings of other engines about transactions, history and scheduling: what they arrange is arranged here.
TECHNICAL = frozenset(
    (
        "async",
        "asyncBefore",
        "asyncAfter",
        "asyncLeave",
        "asyncLeaveExclusive",
        "exclusive",
        "historyTimeToLive",
        "jobPriority",
        "taskPriority",
        "isStartableInTasklist",
        "isEagerExecutionFetching",
        "autoStoreVariables",
        "triggerable",
        "useLocalScopeForResultVariable",
        "storeResultVariableAsTransient",
        "sameDeployment",
        "fallbackToDefaultTenant",
        "formFieldValidation",
        "formRefBinding",
        "formRefVersion",
        "decisionRefBinding",
        "noWaitStatesAsyncLeave",
        "parallelInSameTransaction",
        "jobCategory",
        "historyLevel",
        "failedJobRetryTimeCycle",
    )
)
_LISTENERS = ("executionListener", "taskListener", "eventListener")
_STARTERS = ("candidateStarterGroups", "candidateStarterUsers")


def translate(process: Element, work: Translation) -> None:
    """One process."""
    version = dialects.attribute(process, "versionTag")
    if version:
        extensions.add(process, "versionTag", value=version)
    starters = [v for v in (dialects.attribute(process, name) for name in _STARTERS) if v]
    if starters:
        work.to_choose(
            process,
            f"« {{label}} » : {', '.join(starters)} pouvaient ouvrir un dossier. "
            "Choisissez le groupe du processus dans ses réglages.",
            f'"{{label}}": {", ".join(starters)} could start a case. '
            "Choose the group of the process in its settings.",
        )


def make_executable(work: Translation) -> None:
    """Without a word about it, the first process that has steps is meant to run; « false » is a word."""
    processes = [p for p in work.root.iter(b("process")) if p.find(b("startEvent")) is not None]
    if any(p.get("isExecutable") == "true" for p in work.root.iter(b("process"))):
        return
    silent = [p for p in processes if p.get("isExecutable") is None]
    # For the Java engines a process runs unless it says otherwise.
    chosen = silent if work.dialect in ("flowable", "activiti") else silent[:1]
    for process in chosen:
        process.set("isExecutable", "true")
        work.translated(process, "« {label} » est marqué exécutable.", '"{label}" is marked as executable.')
    if not chosen:
        _say_drawing(work)


def _say_drawing(work: Translation) -> None:
    process = next(work.root.iter(b("process")), None)
    if process is None or not any(is_bpmn(e) and local(e) == "startEvent" for e in process):
        work.as_drawn(
            None,
            "Ce diagramme est un dessin : il ne contient pas de processus à exécuter. "
            "Il s’ouvre, se modifie et s’exporte.",
            "This diagram is a drawing: it holds no process to execute. "
            "It can be opened, changed and exported.",
        )
        return
    work.to_choose(
        process,
        "« {label} » est marqué comme un dessin. Pour le publier, cochez « Exécutable » dans le modeleur.",
        '"{label}" is marked as a drawing. To publish it, tick "Executable" in the modeler.',
    )


def listeners(element: Element, work: Translation) -> None:
    """Programs called when something begins or ends."""
    found = dialects.children(element.find(b("extensionElements")), *_LISTENERS)
    if found:
        work.as_drawn(
            element,
            f"« {{label}} » : des programmes étaient appelés à son début ou à sa fin ({len(found)}). "
            "Ils restent dans le fichier et ne sont pas exécutés.",
            f'"{{label}}": programs were called when it began or ended ({len(found)}). '
            "They stay in the file and are not executed.",
        )


def count_technical(element: Element, work: Translation) -> None:
    """Note settings without meaning here; they are told once for the whole file."""
    holder = element.find(b("extensionElements"))
    names = {n for n in TECHNICAL if dialects.attribute(element, n) is not None}
    names |= {local(e) for e in dialects.children(holder, *TECHNICAL)}
    for name in names:
        work.technical[name] = work.technical.get(name, 0) + 1


def say_technical(work: Translation) -> None:
    """One sentence for all of them."""
    if work.technical:
        names = ", ".join(f"{name} ({count})" for name, count in sorted(work.technical.items()))
        work.as_drawn(
            None,
            f"Réglages techniques sans effet ici, gardés dans le fichier : {names}.",
            f"Technical settings without effect here, kept in the file: {names}.",
        )
