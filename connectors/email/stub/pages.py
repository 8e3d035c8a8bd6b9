"""The mail catcher's pages: a list and one message, in French and English, without scripts."""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from connectors.email.formats import clock, long_date
from connectors.email.stub.store import Mail
from connectors.sdk import Text

_ZONE: Final = ZoneInfo("Europe/Paris")
_WORDS: Final = {
    "title": Text("Courriels interceptés", "Caught e-mails"),
    "intro": Text(
        "Ce faux service garde les courriels de l’essai. Aucun n’est parti.",
        "This fake service keeps the e-mails of the trial. None was sent on.",
    ),
    "none": Text(
        "Aucun courriel pour l’instant. Ceux que vos processus envoient arrivent ici.",
        "No e-mail yet. Those that your processes send arrive here.",
    ),
    "received": Text("Reçu le", "Received on"),
    "fake": Text("Faux service", "Fake service"),
    "to": Text("À", "To"),
    "from": Text("De", "From"),
    "subject": Text("Objet", "Subject"),
    "no_subject": Text("(sans objet)", "(no subject)"),
    "back": Text("Tous les courriels", "All e-mails"),
    "text": Text("Texte", "Text"),
    "headers": Text("En-têtes", "Headers"),
    "attachments": Text("Pièces jointes", "Attachments"),
    "source": Text("Source du message", "Message source"),
    "bytes": Text("octets", "bytes"),
    "missing": Text("Ce courriel n’existe pas.", "This e-mail does not exist."),
    "other": Text("English", "Français"),
}
_STYLE: Final = """
:root { color-scheme: light dark; --ink: #1b1f27; --soft: #565d6b; --line: #d9dce3; --paper: #fff;
  --ground: #f5f6f8; --link: #1d4f91 }
@media (prefers-color-scheme: dark) { :root { --ink: #eceef2; --soft: #a9b0bd; --line: #3a404c;
  --paper: #1d2129; --ground: #14171d; --link: #9cc3f5 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 17px/1.5 "Atkinson Hyperlegible Next", system-ui, sans-serif }
header, main { max-width: 60rem; margin: 0 auto; padding: 1.25rem 1.25rem 0 }
header { display: flex; justify-content: space-between; gap: 1rem }
main { padding-bottom: 3rem }
h1 { font-size: 1.6rem; line-height: 1.2; margin: .5rem 0 }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem }
a { color: var(--link) } a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
p.intro { color: var(--soft) }
.sheet { background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; overflow-x: auto }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .6rem .9rem; border-top: 1px solid var(--line) }
thead th { border-top: 0; color: var(--soft); font-weight: 600 }
tbody th { font-weight: 600; white-space: nowrap }
td.when { white-space: nowrap; color: var(--soft) } td { overflow-wrap: anywhere }
@media (max-width: 40rem) { thead { position: absolute; clip-path: inset(50%) }
  tr { display: block; padding: .6rem 0; border-top: 1px solid var(--line) } tr:first-child { border-top: 0 }
  th, td { display: block; padding: .1rem .9rem; border: 0 } }
pre { margin: 0; padding: 1rem 1.1rem; white-space: pre-wrap; overflow-wrap: anywhere; font: inherit }
"""


def locale_of(query: dict[str, str], accept_language: str) -> str:
    """The language asked for in the address, else the browser's first one, else French."""
    asked = query.get("lang") or accept_language
    return "en" if asked.strip().lower().startswith("en") else "fr"


def _page(title: str, body: str, locale: str, path: str) -> str:
    other = "fr" if locale == "en" else "en"
    switch = f'<a href="{escape(path)}?lang={other}" lang="{other}">{_WORDS["other"].in_(locale)}</a>'
    label = _WORDS["back"].in_(locale)
    home = f'<a href="/?lang={locale}">← {label}</a>' if path != "/" else _WORDS["fake"].in_(locale)
    return (
        f'<!doctype html>\n<html lang="{locale}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<header>{home}{switch}</header>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _when(moment: datetime, locale: str) -> str:
    """Day and hour in Paris, with the exact moment for machines."""
    local = moment.astimezone(_ZONE)
    english = locale == "en"
    shown = f"{long_date(local, english)}, {clock(local, english)}"
    return f'<time datetime="{escape(moment.isoformat())}">{escape(shown)}</time>'


def list_page(mails: list[Mail], locale: str) -> str:
    """Every message, the newest first."""
    words = {name: text.in_(locale) for name, text in _WORDS.items()}
    rows = "\n".join(_row(mail, locale) for mail in mails)
    heads = "".join(f'<th scope="col">{words[name]}</th>' for name in ("received", "to", "subject"))
    table = (
        f'<div class="sheet"><table><thead><tr>{heads}</tr></thead><tbody>\n{rows}\n</tbody></table></div>'
    )
    content = table if mails else f"<p>{words['none']}</p>"
    body = f'<h1>{words["title"]}</h1>\n<p class="intro">{words["intro"]}</p>\n{content}'
    return _page(words["title"], body, locale, "/")


def _row(mail: Mail, locale: str) -> str:
    subject = escape(mail.subject or _WORDS["no_subject"].in_(locale))
    link = f'<a href="/messages/{mail.id}?lang={locale}">{subject}</a>'
    to = escape(", ".join(mail.recipients))
    return f'<tr><td class="when">{_when(mail.received_at, locale)}</td><td>{to}</td><td>{link}</td></tr>'


def mail_page(mail: Mail, locale: str) -> str:
    """One message: text, headers, attachments."""
    words = {name: text.in_(locale) for name, text in _WORDS.items()}
    title = mail.subject or words["no_subject"]
    headers = [(str(name), str(value)) for name, value in mail.message.items()]
    body = (
        f"<h1>{escape(title)}</h1>\n"
        f'<p class="intro">{words["received"]} {_when(mail.received_at, locale)}</p>\n'
        f'<h2>{words["text"]}</h2>\n<div class="sheet"><pre>{escape(mail.text)}</pre></div>\n'
        f"{_attachments(mail, words)}"
        f"<h2>{words['headers']}</h2>\n{_headers(headers)}\n"
        f'<p><a href="/messages/{mail.id}/source">{words["source"]}</a></p>'
    )
    return _page(f"{title} · {words['title']}", body, locale, f"/messages/{mail.id}")


def _headers(headers: list[tuple[str, str]]) -> str:
    rows = "\n".join(
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>' for name, value in headers
    )
    return f'<div class="sheet"><table><tbody>\n{rows}\n</tbody></table></div>'


def _attachments(mail: Mail, words: dict[str, str]) -> str:
    if not mail.attachments:
        return ""
    items = "\n".join(
        f'<li><a href="/messages/{mail.id}/attachments/{position}">{escape(name)}</a>, '
        f"{escape(kind)}, {len(data)} {words['bytes']}</li>"
        for position, (name, kind, data) in enumerate(mail.attachments)
    )
    return f"<h2>{words['attachments']}</h2>\n<ul>\n{items}\n</ul>\n"


def missing_page(locale: str) -> str:
    words = _WORDS["missing"].in_(locale)
    return _page(words, f"<h1>{words}</h1>", locale, "/")
