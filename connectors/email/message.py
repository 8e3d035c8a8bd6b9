"""Building the message: headers, text, formatted version, attachments."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, Final

from connectors.email import addresses, templates
from connectors.sdk import ConnectorError, Context, Text

MAX_ATTACHMENT_BYTES: Final = 20 * 1024 * 1024
_LINK: Final = re.compile(r"https?://[^\s<>\"'«»]+[^\s<>\"'«».,;:!?)]")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_STYLE: Final = "font-family:sans-serif;font-size:16px;line-height:1.5;color:#1c1c1c;max-width:40em"


def build(args: Mapping[str, Any], ctx: Context) -> EmailMessage:
    """The finished message. Raises ConnectorError when a template, an address or a file does not fit."""
    sender = addresses.parse(args["sender"] or ctx.connection["sender"])
    message = EmailMessage()
    _set_headers(message, args, ctx, sender)
    text = templates.render(args["body"], ctx.variables, ctx.locale, what=Text("Le texte", "The text"))
    message.set_content(text, charset="utf-8", cte="quoted-printable")
    if args["html"]:
        page = to_html(text, ctx.locale)
        message.add_alternative(page, subtype="html", charset="utf-8", cte="quoted-printable")
    _attach(message, args["attachments"] or [], ctx)
    return message


def _set_headers(message: EmailMessage, args: Mapping[str, Any], ctx: Context, sender: Address) -> None:
    """Hidden copies stay out of the headers; automatic replies are asked to stay away (RFC 3834)."""
    message["From"] = sender
    message["To"] = args["to"]
    if args["cc"]:
        message["Cc"] = args["cc"]
    if args["reply_to"]:
        message["Reply-To"] = addresses.parse(args["reply_to"])
    message["Subject"] = subject(args["subject"], ctx)
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = message_id(ctx.idempotency_key, sender.domain)
    message["Auto-Submitted"] = "auto-generated"


def subject(template: str, ctx: Context) -> str:
    """The rendered subject. A line end in it would start a header of its own, so it is refused."""
    rendered = templates.render(
        template, ctx.variables, ctx.locale, what=Text("L’objet", "The subject")
    ).strip()
    if _CONTROL.search(rendered):
        message = Text("L’objet doit tenir sur une seule ligne.", "The subject must fit on a single line.")
        raise ConnectorError(message, "INVALID_INPUT")
    return rendered


def message_id(idempotency_key: str, domain: str) -> str:
    """The same for every attempt of a job, so that mail servers and people can recognise a double."""
    digest = hashlib.sha256(f"relais:{idempotency_key}".encode()).hexdigest()
    return f"<{digest[:40]}@{domain}>"


def _attach(message: EmailMessage, files: Sequence[Mapping[str, Any]], ctx: Context) -> None:
    size = 0
    for ref in files:
        data = ctx.files.read(ref)
        size += len(data)
        if size > MAX_ATTACHMENT_BYTES:
            raise ConnectorError(
                Text("Les pièces jointes dépassent 20\u00a0Mo.", "The attachments are larger than 20 MB."),
                "MESSAGE_TOO_LARGE",
            )
        main, _, sub = str(ref.get("media_type") or "application/octet-stream").partition("/")
        name = _CONTROL.sub("_", str(ref["name"])).replace("/", "_")
        message.add_attachment(data, maintype=main, subtype=sub or "octet-stream", filename=name)


def to_html(text: str, locale: str) -> str:
    """A page from plain text: paragraphs, lists (lines that start with a dash), links. All is escaped."""
    blocks = re.split(r"\n\s*\n", text.strip())
    body = "\n".join(_block(block) for block in blocks if block.strip())
    language = locale[:2].lower()
    return (
        f'<!doctype html>\n<html lang="{html.escape(language)}"><head><meta charset="utf-8"></head>'
        f'<body><div style="{_STYLE}">\n{body}\n</div></body></html>\n'
    )


def _block(block: str) -> str:
    lines = block.strip().splitlines()
    if all(line.lstrip().startswith("- ") for line in lines):
        items = "".join(f"<li>{_inline(line.lstrip()[2:])}</li>" for line in lines)
        return f"<ul>{items}</ul>"
    return "<p>" + "<br>\n".join(_inline(line) for line in lines) + "</p>"


def _inline(line: str) -> str:
    """Escaped text with its web addresses as links."""
    parts, end = [], 0
    for match in _LINK.finditer(line):
        address = html.escape(match.group())
        parts += [html.escape(line[end : match.start()]), f'<a href="{address}">{address}</a>']
        end = match.end()
    return "".join(parts) + html.escape(line[end:])
