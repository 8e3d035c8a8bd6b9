"""What the form says when an answer has to be corrected: what is wrong, then what to do."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from engine.diagnostics import Text
from engine.forms.templates import number_text

_FR_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin", "juillet"),
    *("août", "septembre", "octobre", "novembre", "décembre"),
)
_EN_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def day_text(day: date) -> Text:
    """« 14 décembre 2026 », « 1er mars 2026 »."""
    first = "1er" if day.day == 1 else str(day.day)
    return Text(
        f"{first} {_FR_MONTHS[day.month - 1]} {day.year}", f"{day.day} {_EN_MONTHS[day.month - 1]} {day.year}"
    )


def missing(component: str, label: str) -> Text:
    """A required answer that is not there, worded after what has to be done."""
    if component in ("radio", "select"):
        return Text(
            f"« {label} » attend une réponse. Choisissez-en une.", f"“{label}” has no answer. Choose one."
        )
    if component in ("checklist", "taglist"):
        return Text(
            f"« {label} » attend une réponse. Cochez-en au moins une.",
            f"“{label}” has no answer. Tick at least one.",
        )
    if component == "checkbox":
        return Text(f"La case « {label} » n’est pas cochée. Cochez-la.", f"“{label}” is not ticked. Tick it.")
    if component == "filepicker":
        return Text(f"« {label} » manque. Ajoutez le fichier.", f"“{label}” is missing. Add the file.")
    if component == "date":
        return Text(
            f"« {label} » est vide. Écrivez le jour, le mois et l’année.",
            f"“{label}” is empty. Write the day, the month and the year.",
        )
    return Text(f"« {label} » est vide. Écrivez votre réponse.", f"“{label}” is empty. Write your answer.")


def unknown_field(name: str) -> Text:
    """A name that the form does not have."""
    return Text(
        f"« {name} » n’est pas un champ de ce formulaire. Retirez-le.",
        f"“{name}” is not a field of this form. Remove it.",
    )


NOT_TEXT = Text("Cette réponse n’est pas un texte. Écrivez du texte.", "This answer is not text. Write text.")
BROKEN_TEXT = Text(
    "Cette réponse contient un caractère invisible interdit. Réécrivez-la.",
    "This answer holds a forbidden invisible character. Write it again.",
)
NOT_YES_NO = Text("Répondez par oui ou par non.", "Answer yes or no.")
NOT_A_LIST = Text("Cette réponse n’est pas une liste.", "This answer is not a list.")
NOT_A_CONTEXT = Text("Cette réponse n’a pas la bonne forme.", "This answer does not have the right shape.")
NOT_A_CHOICE = Text(
    "Cette réponse n’est pas dans la liste. Choisissez une réponse proposée.",
    "This answer is not in the list. Choose one of those offered.",
)
NOT_A_TIME = Text(
    "Cette heure n’existe pas. Écrivez-la ainsi : 14:30.",
    "This time does not exist. Write it like this: 14:30.",
)
NOT_AN_EMAIL = Text(
    "Cette adresse électronique est incomplète. Écrivez-la ainsi : nom@exemple.fr.",
    "This e-mail address is incomplete. Write it like this: name@example.com.",
)
NOT_A_PHONE = Text(
    "Ce numéro de téléphone n’est pas complet. Écrivez-le ainsi : 06 12 34 56 78.",
    "This phone number is not complete. Write it like this: 06 12 34 56 78.",
)
NOT_A_POSTCODE = Text(
    "Ce code postal n’est pas complet. Écrivez ses 5 chiffres, par exemple 82310.",
    "This postcode is not complete. Write its 5 digits, for example 82310.",
)
NOT_A_FOREIGNER_NUMBER = Text(
    "Ce numéro n’est pas complet. Écrivez les 10 chiffres du titre de séjour, par exemple 7503 0418 22.",
    "This number is not complete. Write the 10 digits of the residence permit, for example 7503 0418 22.",
)
NOT_A_FILE = Text(
    "Ce fichier n’est pas arrivé. Ajoutez-le de nouveau.", "This file did not arrive. Add it again."
)
ONE_FILE = Text("Un seul fichier est attendu. Gardez-en un.", "Only one file is expected. Keep one.")
NOT_VALID = Text("Cette réponse ne convient pas. Vérifiez-la.", "This answer does not fit. Check it.")
NOT_THE_PATTERN = Text(
    "Cette réponse n’a pas la forme attendue. Vérifiez-la.",
    "This answer does not have the expected form. Check it.",
)
INCOMPLETE_DATE = Text(
    "Cette date est incomplète. Écrivez le jour, le mois et l’année.",
    "This date is incomplete. Write the day, the month and the year.",
)


def not_a_number(given: str) -> Text:
    """Text where a number was expected."""
    return Text(
        f"« {given} » n’est pas un nombre. Écrivez-le en chiffres, par exemple 1\u00a0284,50.",
        f"“{given}” is not a number. Write it in figures, for example 1,284.50.",
    )


def no_such_day(given: str) -> Text:
    """A date that the calendar does not have."""
    return Text(
        f"Le {given} n’existe pas. Écrivez une date du calendrier, par exemple 27 9 2026.",
        f"{given} does not exist. Write a date of the calendar, for example 27 9 2026.",
    )


def not_arrived(day: date) -> Text:
    """A future date where a past one is asked."""
    words = day_text(day)
    return Text(
        f"Le {words.fr} n’est pas encore arrivé. Écrivez une date passée.",
        f"{words.en} has not come yet. Write a date in the past.",
    )


def already_past(day: date | datetime) -> Text:
    """A past date where a coming one is asked."""
    words = day_text(day)
    return Text(
        f"Le {words.fr} est déjà passé. Écrivez une date à venir.",
        f"{words.en} is already past. Write a date to come.",
    )


def too_short(least: int, given: int) -> Text:
    """Fewer characters than asked."""
    return Text(
        f"Votre réponse compte {_characters(given)}. Écrivez-en au moins {least}.",
        f"Your answer has {_characters_en(given)}. Write at least {least}.",
    )


def too_long(most: int, given: int) -> Text:
    """More characters than allowed."""
    return Text(
        f"Votre réponse compte {_characters(given)}. Écrivez-en {most} au plus.",
        f"Your answer has {_characters_en(given)}. Write at most {most}.",
    )


def _characters(count: int) -> str:
    return f"{count} caractère{'s' if count > 1 else ''}"


def _characters_en(count: int) -> str:
    return f"{count} character{'s' if count != 1 else ''}"


def too_small(least: Decimal, given: Decimal) -> Text:
    """A number under the least."""
    return Text(
        f"{number_text(given, 'fr')} est trop petit. Écrivez {number_text(least, 'fr')} ou plus.",
        f"{number_text(given, 'en')} is too small. Write {number_text(least, 'en')} or more.",
    )


def too_large(most: Decimal, given: Decimal) -> Text:
    """A number over the most."""
    return Text(
        f"{number_text(given, 'fr')} est trop grand. Écrivez {number_text(most, 'fr')} ou moins.",
        f"{number_text(given, 'en')} is too large. Write {number_text(most, 'en')} or less.",
    )


def too_precise(digits: int, given: Decimal) -> Text:
    """More decimals than asked."""
    shown, shown_en = number_text(given, "fr"), number_text(given, "en")
    if digits == 0:
        return Text(
            f"{shown} a des décimales. Écrivez un nombre entier.",
            f"{shown_en} has decimals. Write a whole number.",
        )
    return Text(
        f"{shown} a trop de décimales. Gardez-en {digits} au plus.",
        f"{shown_en} has too many decimals. Keep at most {digits}.",
    )


def not_a_step(below: Decimal, above: Decimal, given: Decimal) -> Text:
    """A number between two steps."""
    return Text(
        f"{number_text(given, 'fr')} n’est pas permis. Écrivez {number_text(below, 'fr')} "
        f"ou {number_text(above, 'fr')}.",
        f"{number_text(given, 'en')} is not allowed. Write {number_text(below, 'en')} "
        f"or {number_text(above, 'en')}.",
    )


def file_too_big(name: str, megabytes: int) -> Text:
    """A file over the limit."""
    return Text(
        f"Le fichier « {name} » dépasse {megabytes} Mo. Ajoutez un fichier plus léger.",
        f"The file “{name}” is larger than {megabytes} MB. Add a lighter one.",
    )


def file_kind(name: str, accepted: str) -> Text:
    """A file of a kind that is not accepted."""
    return Text(
        f"Le fichier « {name} » n’est pas accepté. Ajoutez un fichier {accepted}.",
        f"The file “{name}” is not accepted. Add one of these: {accepted}.",
    )


def too_many_rows(most: int) -> Text:
    """A list longer than a form takes."""
    return Text(
        f"La liste dépasse {most} lignes. Retirez-en.", f"The list has more than {most} rows. Remove some."
    )
