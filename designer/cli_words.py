"""What the command says, in both languages. Not gettext: a command runs outside any request."""

from __future__ import annotations

import os

import click

from engine.diagnostics import Text

NBSP = "\u00a0"

WORDS = {
    "serving": Text(
        "Relais répond sur {url} (Ctrl-C pour arrêter).", "Relais answers at {url} (Ctrl-C stops it)."
    ),
    "worker_needs_postgresql": Text(
        "SQLite n’a qu’un processus : « relais serve » y exécute déjà les travaux. "
        "Pour des exécutants à part, utilisez PostgreSQL : RELAIS_DATABASE_URL=postgresql://…",
        "SQLite has one process: “relais serve” already runs the jobs there. For workers of their own, use "
        "PostgreSQL: RELAIS_DATABASE_URL=postgresql://…",
    ),
    "db_current": Text("La base est à jour ({revision}).", "The database is up to date ({revision})."),
    "db_upgraded": Text("La base est passée à {revision}.", "The database is now at {revision}."),
    "db_outdated": Text(
        "La base n’est pas à jour. Lancez « relais db upgrade ». ({reason})",
        "The database is not up to date. Run “relais db upgrade”. ({reason})",
    ),
    "deployed": Text("{key} : version {version} publiée.", "{key}: version {version} published."),
    "deploy_refused": Text("{path} : rien n’a été publié.", "{path}: nothing was published."),
    "checking": Text("Vérification", "Checking"),
    "checked_good": Text("{path} : rien à corriger.", "{path}: nothing to mend."),
    "checked_bad": Text("{path} : des erreurs à corriger.", "{path}: errors to mend."),
    "missing": Text("{path} n’existe pas.", "{path} does not exist."),
    "unreadable": Text("{path} est illisible : {reason}", "{path} cannot be read: {reason}"),
    "imported": Text(
        "{key} : importé de {tool}, {count} fichier(s).", "{key}: imported from {tool}, {count} file(s)."
    ),
    "to_choose": Text("À choisir", "To choose"),
    "translated": Text("Repris", "Taken over"),
    "kept_as_drawing": Text("Gardé, sans effet ici", "Kept, without effect here"),
    "not_json": Text(
        "--variables attend un objet JSON : {reason}", "--variables expects a JSON object: {reason}"
    ),
    "not_object": Text("ce n’est pas un objet", "this is not an object"),
    "started": Text("Dossier {reference} ouvert ({id}).", "Case {reference} started ({id})."),
    "start_refused": Text(
        "Le processus {key} n’a pas démarré : {reason}", "Process {key} did not start: {reason}"
    ),
    "no_such_case": Text(
        "Aucun dossier ne porte le numéro {reference}.", "No case has the number {reference}."
    ),
    "password": Text("Mot de passe (12 signes au moins)", "Password (12 characters or more)"),
    "user_added": Text("Le compte {email} est ouvert.", "The account {email} is open."),
    "templates_outdated": Text(
        "{count} modèle(s) à récrire : « relais connectors templates ».",
        "{count} template(s) to rewrite: “relais connectors templates”.",
    ),
    "connector_made": Text(
        "Connecteur créé dans {folder}. Lisez son README.", "Connector made in {folder}. Read its README."
    ),
    "connector_refused": Text(
        "Le connecteur {kind} n’a pas été créé : {reason}", "Not made: {kind}: {reason}"
    ),
    "samples_removed": Text("{count} dossier(s) d’exemple retiré(s).", "{count} sample case(s) removed."),
    "config_invalid": Text("Réglage inutilisable. {reason}", "Unusable setting. {reason}"),
    "error": Text("erreur", "error"),
    "warning": Text("attention", "warning"),
    "info": Text("à savoir", "note"),
}


class Words:
    """Sentences in one language."""

    def __init__(self, locale: str) -> None:
        self.locale = locale

    def __call__(self, name: str, **values: object) -> str:
        """The sentence of that name, filled in; French punctuation gets its no-break spaces."""
        sentence = WORDS[name].in_(self.locale)
        if self.locale == "fr":
            for mark in " :", " ;", " ?", " !", " »":
                sentence = sentence.replace(mark, NBSP + mark[1:])
            sentence = sentence.replace("« ", "«" + NBSP)
        return sentence.format(**values)


def asked_language(arguments: list[str]) -> str:
    """The language asked for by `--lang`, else the shell's."""
    for place, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            return "en" if argument.endswith("en") else "fr"
        if argument == "--lang" and place + 1 < len(arguments):
            return "en" if arguments[place + 1] == "en" else "fr"
    return language()


def speak(command: click.Command, locale: str) -> None:
    """Keep one language of every help text; they are written `français / English`, paragraph by paragraph."""
    _speak_one(command, locale)
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            _speak_one(parameter, locale)
    if isinstance(command, click.Group):
        for child in command.commands.values():
            speak(child, locale)


def _speak_one(spoken: click.Command | click.Option, locale: str) -> None:
    both = spoken.__dict__.setdefault("both_languages", spoken.help)
    spoken.help = _one_language(both, locale)


def _one_language(text: str | None, locale: str) -> str | None:
    if text is None:
        return None
    return "\n\n".join(_half(paragraph, locale) for paragraph in text.split("\n\n"))


def _half(paragraph: str, locale: str) -> str:
    french, divider, english = paragraph.partition(" / ")
    return (english if locale == "en" else french).strip() if divider else paragraph


def language() -> str:
    """The language of the shell: LC_ALL, LC_MESSAGES, LANG; French when nothing says English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value and value not in {"C", "POSIX", "C.UTF-8"}:
            return "en" if value.startswith("en") else "fr"
    return "fr"
