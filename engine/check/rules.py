"""What a rule is, and the list of all of them: each family of rules registers its own when imported."""

from __future__ import annotations

from dataclasses import dataclass

from engine.diagnostics import Severity, Text


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: a stable id, where it comes from, and what is said when it is broken.

    `reference` names the clause of BPMN 2.0 and, where it has one, the number (EXTnnn) of the public
    catalogue of static BPMN constraints. In `message` and `hint`, `{name}` stands for the element's
    label and other names in braces for what the rule adds.
    """

    id: str
    reference: str
    severity: Severity
    message: Text
    hint: Text | None = None


#: Every rule by its id.
REGISTRY: dict[str, Rule] = {}


def rule(
    id: str,
    reference: str,
    fr: str,
    en: str,
    *,
    hint: tuple[str, str] | None = None,
    severity: Severity = "error",
) -> Rule:
    """Register a rule; two rules with one id are a mistake of the programmer."""
    if id in REGISTRY:
        raise ValueError(f"rule {id} is registered twice")
    made = Rule(id, reference, severity, Text(fr, en), Text(*hint) if hint else None)
    REGISTRY[id] = made
    return made
