"""Permissions and roles: what a role may do is code, reviewed and tested; who holds it is data."""

from __future__ import annotations

from dataclasses import dataclass

from flask_security import RoleMixin

from engine.diagnostics import Text

PERMISSIONS: dict[str, Text] = {
    "tasks.work": Text("travailler les tâches", "work on tasks"),
    "tasks.assign": Text("attribuer les tâches", "assign tasks"),
    "cases.read": Text("consulter les dossiers", "read cases"),
    "cases.start": Text("ouvrir un dossier", "open a case"),
    "processes.read": Text("consulter les processus", "read processes"),
    "processes.design": Text("dessiner les processus", "design processes"),
    "processes.review": Text("relire les processus", "review processes"),
    "processes.publish": Text("publier les processus", "publish processes"),
    "operations.read": Text("consulter le suivi technique", "read operations"),
    "operations.act": Text("intervenir sur les dossiers arrêtés", "act on stopped cases"),
    "operations.modify": Text(
        "déplacer les dossiers en cours et les changer de version",
        "move running cases and change their version",
    ),
    "jobs.work": Text("exécuter des travaux depuis un autre programme", "run jobs from another program"),
    "messages.publish": Text("envoyer des messages aux dossiers", "send messages to cases"),
    "connections.read": Text("consulter les connexions", "read connections"),
    "connections.manage": Text("gérer les connexions", "manage connections"),
    "analysis.read": Text("consulter l’analyse", "read the analysis"),
    "audit.read": Text("consulter le journal", "read the audit trail"),
    "users.manage": Text("gérer les comptes", "manage accounts"),
    "api.use": Text("utiliser l’interface de programmation", "use the programming interface"),
}


@dataclass(frozen=True, eq=False)
class Role(RoleMixin):
    """A named set of permissions."""

    name: str
    label: Text
    description: Text
    permissions: frozenset[str]

    def get_permissions(self) -> set[str]:
        """For Flask-Security."""
        return set(self.permissions)


def _role(name: str, fr: str, en: str, text_fr: str, text_en: str, *permissions: str) -> Role:
    unknown = set(permissions) - set(PERMISSIONS)
    if unknown:
        raise ValueError(f"role {name}: unknown permissions {sorted(unknown)}")
    return Role(name, Text(fr, en), Text(text_fr, text_en), frozenset(permissions))


ROLES: dict[str, Role] = {
    role.name: role
    for role in (
        _role(
            "agent", "Agent", "Agent",
            "Traite les tâches de ses équipes.", "Works on the tasks of the teams.",
            "tasks.work", "cases.read", "cases.start",
        ),
        _role(
            "citizen_developer", "Concepteur de processus", "Process designer",
            "Dessine, essaie et publie des processus.", "Draws, tries and publishes processes.",
            "processes.read", "processes.design", "processes.publish", "connections.read", "cases.read",
            "cases.start", "operations.read", "messages.publish", "api.use",
        ),
        _role(
            "reviewer", "Relecteur", "Reviewer",
            "Relit les processus avant leur publication.", "Reviews processes before they are published.",
            "processes.read", "processes.review", "cases.read",
        ),
        _role(
            "process_owner", "Responsable de processus", "Process owner",
            "Répond d’un processus et de ses dossiers.", "Answers for a process and its cases.",
            "processes.read", "processes.design", "processes.review", "processes.publish", "tasks.work",
            "tasks.assign", "cases.read", "cases.start", "operations.read", "operations.act",
            "operations.modify", "connections.read", "analysis.read", "messages.publish", "api.use",
        ),
        _role(
            "analyst", "Analyste", "Analyst",
            "Mesure les processus et cherche où le temps se perd.",
            "Measures processes and looks for lost time.",
            "processes.read", "cases.read", "analysis.read", "api.use",
        ),
        _role(
            "connector_maintainer", "Responsable des connecteurs", "Connector maintainer",
            "Tient les connexions et suit les robots.", "Keeps the connections and watches the robots.",
            "processes.read", "connections.read", "connections.manage", "operations.read", "operations.act",
            "cases.read", "jobs.work", "messages.publish", "api.use",
        ),
        _role(
            "auditor", "Auditeur", "Auditor",
            "Consulte tout, ne change rien.", "Reads everything, changes nothing.",
            "audit.read", "cases.read", "processes.read", "operations.read", "connections.read",
            "analysis.read",
        ),
        _role(
            "administrator", "Administrateur", "Administrator",
            "Gère les comptes et l’installation.", "Manages accounts and the installation.",
            *PERMISSIONS,
        ),
    )
}  # fmt: skip
