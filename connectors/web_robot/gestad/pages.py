"""GESTAD's pages, as such applications were written: tables, a style sheet in the head, no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from connectors.web_robot.gestad.records import Holder

_STYLE: Final = """
body { margin: 0; background: #dfe4ea; font: 12px Verdana, "DejaVu Sans", sans-serif; color: #222; }
#bandeau { background: #1f3f6e; color: #fff; padding: 8px 14px; border-bottom: 3px solid #b4862c; }
#bandeau b { font-size: 18px; letter-spacing: 1px; } #bandeau span { float: right; padding-top: 5px; }
#menu { background: #c7d0dc; border-bottom: 1px solid #8d9bb0; padding: 4px 14px; }
#menu a { color: #1f3f6e; font-weight: bold; margin-right: 18px; }
#page { background: #fff; border: 1px solid #8d9bb0; margin: 14px; padding: 12px 18px; min-height: 420px; }
h1 { font-size: 15px; color: #1f3f6e; border-bottom: 1px dotted #8d9bb0; padding-bottom: 4px; }
table.saisie td, table.fiche td { padding: 4px 8px; }
td.lib { background: #e9eef5; text-align: right; width: 190px; }
table.liste { border-collapse: collapse; width: 100%; } table.liste th { background: #1f3f6e; color: #fff; }
table.liste th, table.liste td { border: 1px solid #8d9bb0; padding: 3px 6px; text-align: left; }
input { font: 12px "Courier New", monospace; border: 1px solid #5c6f8c; padding: 2px; }
input.bouton { font: bold 11px Verdana, sans-serif; background: #d6dde8; border: 2px outset #fff; }
.erreur { background: #fff0e6; border: 1px solid #b22; color: #a11; padding: 6px 10px; }
.ok { background: #eef7e8; border: 1px solid #4a8a2a; padding: 6px 10px; }
#pied { color: #556; font-size: 10px; text-align: center; }
"""
_MENU: Final = (
    '<div id="menu"><a href="/recherche">Recherche</a> <a href="/journal">Journal des modifications</a> '
    '<a href="/deconnexion">Quitter</a></div>'
)


def page(title: str, body: str, user: str | None = None) -> str:
    """A whole page; the menu is there for a signed-in user only."""
    menu = _MENU if user else ""
    who = f"<span>Poste : {escape(user)}</span>" if user else ""
    return (
        '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">\n'
        f'<html lang="fr"><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
        f"<title>GESTAD 2.4 - {escape(title)}</title><style>{_STYLE}</style></head><body>"
        f'<div id="bandeau"><b>GESTAD 2.4</b> &nbsp; Gestion des adresses - Préfecture{who}</div>{menu}'
        f'<div id="page"><h1>{escape(title)}</h1>{body}</div>'
        '<div id="pied">GESTAD 2.4 - application de démonstration, données inventées</div></body></html>'
    )


def login(error: str = "") -> str:
    rows = _cell("Identifiant", "identifiant", size=20) + _cell("Mot de passe", "motdepasse", kind="password")
    form = f'<form method="post" action="/connexion">{_table(rows)}{_button("Se connecter")}</form>'
    return page("Connexion", _errors([error] if error else []) + form)


def search(user: str, numero: str = "", error: str = "") -> str:
    rows = _labelled("N° étranger", "numero", numero, size=14)
    form = f'<form method="post" action="/recherche">{_table(rows)}{_button("Rechercher")}</form>'
    return page("Recherche du titulaire", _errors([error] if error else []) + form, user)


def holder(user: str, person: Holder) -> str:
    facts = (
        ("N° étranger", person.numero), ("Nom", person.nom), ("Prénom", person.prenom),
        ("Né(e) le", person.naissance), ("Nationalité", person.nationalite),
        ("Adresse actuelle", person.adresse),
    )  # fmt: skip
    rows = "".join(
        f'<tr><td class="lib">{escape(label)} :</td><td>{escape(value)}</td></tr>' for label, value in facts
    )
    link = f'<p><a href="/titulaire/{person.numero}/adresse">Modifier l\'adresse</a></p>'
    return page("Fiche du titulaire", f'<table class="fiche">{rows}</table>{link}', user)


def entry(
    user: str, person: Holder, values: Mapping[str, str], errors: Sequence[str], *, changed: bool
) -> str:
    """The entry form; `changed` gives one field another name, as after an update nobody announced."""
    postcode = "CP / bureau distributeur" if changed else "Code postal"
    rows = (
        _labelled("Numéro et voie", "voie", values.get("voie", ""), size=50, limit=60)
        + _labelled("Complément", "complement", values.get("complement", ""), size=50, limit=60)
        + _labelled(postcode, "code_postal", values.get("code_postal", ""), size=6)
        + _labelled("Commune", "commune", values.get("commune", ""), size=40, limit=40)
        + _labelled("Date d'effet", "date_effet", values.get("date_effet", ""), size=12, hint="JJ/MM/AAAA")
        + _labelled("N° de dossier", "dossier", values.get("dossier", ""), size=24)
    )
    who = f"<p>Titulaire : {escape(person.nom)} {escape(person.prenom)} ({escape(person.numero)})</p>"
    action = f"/titulaire/{person.numero}/adresse"
    form = f'<form method="post" action="{action}">{_table(rows)}{_button("Enregistrer")}</form>'
    return page("Saisie de la nouvelle adresse", who + _errors(errors) + form, user)


def saved(user: str, number: str, change: Mapping[str, str]) -> str:
    rows = "".join(
        f'<tr><td class="lib">{label} :</td><td>{escape(value)}</td></tr>'
        for label, value in (("N° d'enregistrement", number), ("N° de dossier", change["dossier"]))
    )
    return page(
        "Modification enregistrée",
        f'<p class="ok">La modification d\'adresse est enregistrée.</p><table class="fiche">{rows}</table>',
        user,
    )


def journal(user: str, rows: Sequence[Mapping[str, Any]], dossier: str) -> str:
    table = _table(_labelled("N° de dossier", "dossier", dossier, size=24))
    form = f'<form method="get" action="/journal">{table}{_button("Rechercher")}</form>'
    return page(
        "Journal des modifications", form + (_list(rows) if rows else "<p>Aucune modification.</p>"), user
    )


def _list(rows: Sequence[Mapping[str, Any]]) -> str:
    columns = (
        ("N° d'enregistrement", "enregistrement"), ("N° de dossier", "dossier"),
        ("N° étranger", "numero_etranger"), ("Numéro et voie", "voie"), ("Complément", "complement"),
        ("Code postal", "code_postal"), ("Commune", "commune"), ("Date d'effet", "date_effet"),
        ("Saisi par", "saisi_par"), ("Saisi le", "saisi_le"),
    )  # fmt: skip
    head = "".join(f"<th>{escape(label)}</th>" for label, _ in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(row[name])}</td>" for _, name in columns) + "</tr>" for row in rows
    )
    return f'<table class="liste"><tr>{head}</tr>{body}</table>'


def maintenance() -> str:
    return page("Maintenance", "<p>L'application est fermée pour maintenance. Réouverture à 8 h.</p>")


def _errors(errors: Sequence[str]) -> str:
    if not errors:
        return ""
    return f'<div class="erreur">Erreur de saisie<br>{"<br>".join(escape(error) for error in errors)}</div>'


def _table(rows: str) -> str:
    return f'<table class="saisie">{rows}</table>'


def _cell(label: str, name: str, *, kind: str = "text", size: int = 20) -> str:
    """A field without a <label>: the words only stand in the cell before."""
    field = f'<input type="{kind}" name="{name}" size="{size}">'
    return f'<tr><td class="lib">{escape(label)} :</td><td>{field}</td></tr>'


def _labelled(
    label: str, name: str, value: str, *, size: int, limit: int | None = None, hint: str = ""
) -> str:
    most = f' maxlength="{limit}"' if limit else ""
    field = f'<input type="text" name="{name}" id="{name}" size="{size}"{most} value="{escape(value)}">'
    words = f'<label for="{name}">{escape(label)} :</label>'
    return f'<tr><td class="lib">{words}</td><td>{field} {hint}</td></tr>'


def _button(label: str) -> str:
    return f'<p><input class="bouton" type="submit" value="{escape(label)}"></p>'
