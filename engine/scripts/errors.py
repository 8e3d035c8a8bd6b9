"""What scripts have wrong, with the line and a sentence in both languages."""

from __future__ import annotations

from engine.diagnostics import Text


class ScriptInvalid(Exception):
    """The script's text cannot be run. `line` counts from 1, as people see it in the editor."""

    def __init__(self, line: int, message: Text) -> None:
        super().__init__(f"line {line}: {message.en}")
        self.line, self.message = line, message


class ScriptFailed(Exception):
    """The script was begun, or was to begin, and gave nothing. `line` is None where none is to blame."""

    def __init__(self, line: int | None, message: Text) -> None:
        super().__init__(message.en)
        self.line = line
        self.message = message if line is None else at_line(line, message)


def at_line(line: int, message: Text) -> Text:
    """The sentence with the line in front."""
    return Text(f"ligne {line} : {message.fr}", f"line {line}: {message.en}")


def said(kind: str, detail: str) -> Text:
    """What a Python exception means; `detail` is what Python itself says, in English."""
    known = _MEANINGS.get(kind)
    if known is None:
        return Text(f"{kind} ({detail})", f"{kind} ({detail})")
    return Text(f"{known.fr} ({detail}).", f"{known.en} ({detail}).") if detail else known


#: The script asked for more than it may have: what it did until then is dropped.
TOO_LONG = Text(
    "le script ne s’est pas terminé dans le temps permis. Vérifiez ses boucles.",
    "the script did not end within its time. Look at its loops.",
)
WORKER_LOST = Text(
    "le processus qui exécutait le script s’est arrêté. Relancez ; si cela se répète, simplifiez le script.",
    "the process that ran the script has gone. Try again; if it happens again, simplify the script.",
)
ALL_BUSY = Text(
    "trop de scripts s’exécutent en même temps. Relancez dans un instant.",
    "too many scripts run at the same time. Try again in a moment.",
)
_MEANINGS = {
    "ZeroDivisionError": Text("division par zéro", "division by zero"),
    "DivisionByZero": Text("division par zéro", "division by zero"),
    "InvalidOperation": Text("ce calcul n’a pas de résultat", "this computation has no result"),
    "NameError": Text("ce nom n’existe pas dans le dossier", "this name does not exist in the case"),
    "KeyError": Text("cette clé n’existe pas", "this key does not exist"),
    "IndexError": Text("cette position n’existe pas dans la liste", "the list has no such position"),
    "TypeError": Text("ces valeurs ne vont pas ensemble", "these values do not go together"),
    "ValueError": Text("cette valeur ne convient pas", "this value does not fit"),
    "AttributeError": Text("cela n’existe pas sur cette valeur", "the value does not have this"),
    "ModuleNotFoundError": Text("ce module n’existe pas ici", "there is no such module here"),
    "PermissionError": Text(
        "un script n’accède ni aux fichiers ni à la machine", "a script reaches neither files nor machine"
    ),
    "AssertionError": Text("une vérification a échoué", "an assertion failed"),
    "MemoryError": Text(
        "le script demande plus de mémoire ou de texte imprimé que permis",
        "the script asks for more memory or printed text than it may have",
    ),
    "RecursionError": Text("une fonction s’appelle trop de fois", "a function calls itself too often"),
    "NotImplementedError": Text("Relais n’exécute pas cela", "Relais does not execute this"),
    "SyntaxError": Text("le texte n’est pas du Python", "the text is not Python"),
}
