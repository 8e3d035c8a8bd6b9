"""A whole package as one zip file, and back: paths sanitised, sizes bounded before anything is unpacked."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO
from pathlib import PurePosixPath

from engine.diagnostics import Diagnostic, Text
from engine.errors import DefinitionInvalid
from engine.packages import MAX_BYTES, MAX_FILES

#: A fixed date, so that the same package gives the same file.
_DATE = (2000, 1, 1, 0, 0, 0)


def pack(files: dict[str, bytes]) -> bytes:
    """The zip file of a package."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _DATE), files[name], zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def unpack(content: bytes) -> dict[str, bytes]:
    """The files of a zip file, the folder around them all left out, hidden files too.

    Raises DefinitionInvalid: not a zip, protected by a password, a path that leaves the package, too many
    files, or too much once unpacked (whatever the archive says of its sizes).
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _without_top(_read(archive))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise _refused(
            "archive.unreadable",
            "Cette archive zip ne s’ouvre pas\u00a0: elle est abîmée ou protégée par un mot de passe.",
            "This zip archive does not open: it is damaged or protected by a password.",
        ) from error


def _read(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MAX_FILES:
        raise _refused(
            "archive.too-large",
            f"L’archive contient {len(entries)} fichiers. La limite est de {MAX_FILES}.",
            f"The archive holds {len(entries)} files. The limit is {MAX_FILES}.",
        )
    files: dict[str, bytes] = {}
    for entry in entries:
        name = _safe(entry.filename)
        if _is_hidden(name):
            continue
        if name in files:
            raise _refused(
                "archive.path",
                f"L’archive contient deux fois «\u00a0{name}\u00a0».",
                f"The archive holds “{name}” twice.",
            )
        files[name] = _content(archive, entry, MAX_BYTES - sum(map(len, files.values())))
    return files


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes:
    with archive.open(entry) as file:
        content = file.read(room + 1)
    if len(content) > room:
        raise _refused(
            "archive.too-large",
            f"L’archive dépasse {MAX_BYTES // 1_048_576} Mo une fois ouverte.",
            f"The archive is larger than {MAX_BYTES // 1_048_576} MB once unpacked.",
        )
    return content


def _safe(name: str) -> str:
    """The path, if it stays inside the package."""
    parts = name.split("/")
    bad = "\\" in name or "\x00" in name or ":" in parts[0] or len(name) > 500
    if bad or name.startswith("/") or any(part in ("", ".", "..") for part in parts):
        raise _refused(
            "archive.path",
            f"L’archive contient un chemin qui ne convient pas\u00a0: «\u00a0{name[:100]}\u00a0».",
            f"The archive holds a path that will not do: “{name[:100]}”.",
        )
    return name


def _is_hidden(name: str) -> bool:
    return any(part.startswith((".", "__")) for part in PurePosixPath(name).parts)


def _without_top(files: dict[str, bytes]) -> dict[str, bytes]:
    tops = {PurePosixPath(name).parts[0] for name in files}
    if len(tops) != 1 or any("/" not in name for name in files):
        return files
    return {name.partition("/")[2]: content for name, content in files.items()}


def _refused(rule: str, fr: str, en: str) -> DefinitionInvalid:
    return DefinitionInvalid([Diagnostic(rule, "error", Text(fr, en))])
