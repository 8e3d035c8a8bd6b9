"""What the demonstration prints, in both languages."""

from __future__ import annotations

from designer.demo.people import ACCOUNTS
from designer.demo.services import Ports
from designer.roles import ROLES
from engine.diagnostics import Text

WORDS = {
    "title": Text(
        "Relais, démonstration · {administration} (tout y est inventé)",
        "Relais, demonstration · {administration} (everything in it is invented)",
    ),
    "preparing": Text(
        "Premier démarrage\u00a0: la préparation prend moins d’une minute.",
        "First start: getting ready takes less than a minute.",
    ),
    "accounts": Text("Comptes", "Accounts"),
    "process": Text("Processus", "Process"),
    "samples": Text("Dossiers d’exemple", "Sample cases"),
    "port_taken": Text(
        "Le port {wanted} est déjà pris\u00a0: la démonstration prend le {found}.",
        "Port {wanted} is already taken: the demonstration takes {found}.",
    ),
    "no_port": Text(
        "Aucun port libre à partir de {wanted}. Choisissez-en un autre\u00a0: relais demo --port 9000",
        "No free port from {wanted} on. Choose another one: relais demo --port 9000",
    ),
    "no_browser": Text(
        "Attention\u00a0: {reason} En attendant, la saisie par le robot s’arrêtera avec un incident.",
        "Warning: {reason} Until then, typing by the robot will stop with an incident.",
    ),
    "already": Text(
        "Une démonstration tourne déjà sur le dossier {folder}. Arrêtez-la d’abord, "
        "ou choisissez un autre dossier avec RELAIS_DATA_DIR.",
        "A demonstration already runs on the folder {folder}. Stop it first, "
        "or choose another folder with RELAIS_DATA_DIR.",
    ),
    "not_a_demo": Text(
        "Le dossier {folder} contient une installation qui n’est pas une démonstration\u00a0: rien n’y a été "
        "changé. Choisissez un autre dossier avec RELAIS_DATA_DIR.",
        "The folder {folder} holds an installation that is not a demonstration: nothing in it was changed. "
        "Choose another folder with RELAIS_DATA_DIR.",
    ),
    "people": Text(
        "Comptes (mot de passe de tous\u00a0: {password})", "Accounts (password of all: {password})"
    ),
    "start": Text("Par où commencer", "Where to begin"),
    "step_1": Text(
        "Faites une demande comme un usager\u00a0: {url}/requests/changement_adresse\n"
        "   Nom et courriel de votre choix, n° étranger 8203000001, 52 rue Pasteur, 82000 Montauban.",
        "Make a request as a citizen: {url}/requests/changement_adresse\n"
        "   Any name and e-mail, n° étranger 8203000001, 52 rue Pasteur, 82000 Montauban.",
    ),
    "step_2": Text(
        "Quelques secondes plus tard, le robot l’a saisie dans GESTAD\u00a0: {gestad}/journal "
        "(agent, mot de passe agent)\n   et l’attestation est arrivée\u00a0: {mail}",
        "A few seconds later, the robot has typed it into GESTAD: {gestad}/journal "
        "(agent, password agent)\n   and the certificate has arrived: {mail}",
    ),
    "step_3": Text(
        "Connectez-vous comme {officer} et traitez une tâche\u00a0: {url}/tasks",
        "Sign in as {officer} and work on a task: {url}/tasks",
    ),
    "services": Text("Faux services", "Fake services"),
    "gestad": Text(
        "GESTAD, l’application où le robot saisit", "GESTAD, the application the robot types into"
    ),
    "mail": Text("Courriels envoyés", "E-mails sent"),
    "geocoding": Text("Géocodage", "Geocoding"),
    "smtp": Text("SMTP", "SMTP"),
    "stop": Text("Arrêter\u00a0: Ctrl-C", "Stop: Ctrl-C"),
    "remove": Text(
        "Retirer les dossiers d’exemple\u00a0: relais demo remove-samples",
        "Remove the sample cases: relais demo remove-samples",
    ),
    "folder": Text(
        "Données et journal technique\u00a0: {folder} (effacez ce dossier pour repartir de zéro)",
        "Data and technical log: {folder} (delete this folder to begin anew)",
    ),
    "stopping": Text("Arrêt…", "Stopping…"),
    "stopped": Text("La démonstration est arrêtée.", "The demonstration has stopped."),
}


def say(name: str, locale: str, **values: object) -> str:
    """The sentence of that name, filled in."""
    return WORDS[name].in_(locale).format(**values)


def banner(locale: str, administration: str, ports: Ports, password: str, folder: object) -> str:
    """Everything somebody needs who has just started the demonstration."""
    url, gestad = address(ports.pages), address(ports.services + 3)
    mail = address(ports.services + 1)
    steps = [
        say("step_1", locale, url=url),
        say("step_2", locale, gestad=gestad, mail=mail),
        say("step_3", locale, url=url, officer=ACCOUNTS[0].email),
    ]
    lines = [
        say("title", locale, administration=administration),
        "",
        f"  {url}",
        "",
        say("people", locale, password=password),
        *_people(locale),
        "",
        say("start", locale),
        *(f"{number}. {step}" for number, step in enumerate(steps, start=1)),
        "",
        say("services", locale),
        *_services(locale, ports),
        "",
        say("stop", locale),
        say("remove", locale),
        say("folder", locale, folder=folder),
    ]
    return "\n".join(lines)


def address(port: int) -> str:
    """Where something answers on this machine."""
    return f"http://127.0.0.1:{port}"


def _people(locale: str) -> list[str]:
    return _table([(a.email, a.name, ROLES[a.role].label.in_(locale)) for a in ACCOUNTS])


def _services(locale: str, ports: Ports) -> list[str]:
    first = ports.services
    return _table(
        [
            (address(first + 3), say("gestad", locale)),
            (address(first + 1), say("mail", locale)),
            (address(first), say("geocoding", locale)),
            (f"127.0.0.1:{first + 2}", say("smtp", locale)),
        ]
    )


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  " + "  ".join(f"{c:<{w}}" for c, w in zip(row, widths, strict=True)).rstrip() for row in rows]
