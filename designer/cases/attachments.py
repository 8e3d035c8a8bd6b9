"""Documents that somebody adds to a case by hand: which files are taken, and what a wrong one is told."""

from __future__ import annotations

from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from designer import text
from designer.access import user_id
from designer.extensions import clock
from engine import documents
from engine.store import Document

ZIP, OLE = (b"PK\x03\x04",), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
#: extension → media type and the bytes such a file begins with; none: text in UTF-8
KINDS: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "webp": ("image/webp", (b"RIFF",)),
    "odt": ("application/vnd.oasis.opendocument.text", ZIP),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", ZIP),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ZIP),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ZIP),
    "doc": ("application/msword", OLE),
    "xls": ("application/vnd.ms-excel", OLE),
    "txt": ("text/plain", ()),
    "csv": ("text/csv", ()),
    "eml": ("message/rfc822", ()),
}
ACCEPT = ",".join(f".{extension}" for extension in KINDS)
MOST_BYTES = 10 * 1024 * 1024


class Refused(ValueError):
    """The file is not taken; its words say why and what to do."""


def add(session: Session, instance_id: UUID, file: FileStorage | None) -> Document:
    """Put the file into the case and into its history; the caller commits. Raises Refused."""
    if file is None or not file.filename:
        raise Refused(_("Choisissez un fichier."))
    name = _plain_name(file.filename)
    content = file.read(MOST_BYTES + 1)
    media_type = _checked(name, content)
    return documents.attach(session, instance_id, name, media_type, content, by=user_id(), now=clock.now())


def _plain_name(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2].strip() or "document"


def _checked(name: str, content: bytes) -> str:
    """The media type of a file that is what its name says."""
    if not content:
        raise Refused(_("%(name)s est vide. Choisissez un autre fichier.", name=text.quoted(name)))
    if len(content) > MOST_BYTES:
        words = _("%(name)s dépasse %(size)s. Réduisez-le, ou ajoutez-le en plusieurs fichiers.")
        raise Refused(words % {"name": text.quoted(name), "size": text.size(MOST_BYTES)})
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if extension not in KINDS:
        words = _("%(name)s n’est pas d’un type accepté : %(kinds)s.")
        raise Refused(words % {"name": text.quoted(name), "kinds": ", ".join(KINDS)})
    media_type, beginnings = KINDS[extension]
    if not _begins_as(content, beginnings):
        words = _("Le contenu de %(name)s n’est pas celui d’un fichier %(kind)s. Vérifiez le fichier.")
        raise Refused(words % {"name": text.quoted(name), "kind": extension.upper()})
    return media_type


def _begins_as(content: bytes, beginnings: tuple[bytes, ...]) -> bool:
    if beginnings:
        return content.startswith(beginnings)
    return b"\0" not in content
