"""The interface: templates, icons, styles, TypeScript islands and translations.

No logic lives here. This module says where the files are, and gives the two helpers that
templates need to name them: `icon` (a drawing) and `asset` (the tags of a built entry).
The application registers both as Jinja globals; `README.md` shows how.
"""

import json
import re
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup, escape

ROOT = Path(__file__).resolve().parent
TEMPLATES = ROOT / "templates"
DIST = ROOT / "dist"
STATIC = DIST
ICONS = ROOT / "icons"
TRANSLATIONS = ROOT / "translations"

_SVG = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_LONG = re.compile(r"\S{18,}")
_BREAKS = re.compile(r"([@./_])(?=\w)")
_OPEN = (
    '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
    'stroke-linecap="round" stroke-linejoin="round" '
)


class AssetsNotBuilt(RuntimeError):
    """The built files are missing or lack an entry: run `npm run build` in ui/, or install a wheel."""


@lru_cache(maxsize=256)
def icon(name: str, label: str | None = None) -> Markup:
    """Inline SVG of the Lucide icon `name`.

    Decorative (hidden from assistive technology) unless `label` names it.
    Raises FileNotFoundError for an icon that ui/icons/ does not hold.
    """
    found = _SVG.search((ICONS / f"{name}.svg").read_text(encoding="utf-8"))
    names = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    drawing = found.group(1) if found else ""
    return Markup(_OPEN + "{}>{}</svg>").format(names, Markup(drawing))  # noqa: S704 - files of ui/icons/


def breakable(words: object) -> object:
    """A text whose long words (addresses of mails and pages) may break after @ . / _ and not in mid-name."""
    if not isinstance(words, str) or isinstance(words, Markup) or not _LONG.search(words):
        return words
    return Markup(_LONG.sub(lambda word: _BREAKS.sub(r"\1<wbr>", word[0]), str(escape(words))))  # noqa: S704 - escaped


def asset(entry: str, prefix: str = "/ui/") -> Markup:
    """Link and script tags of a built entry: `base`, `pages`, `public`, `editor`, `page`, `modeler`, `forms`.

    `prefix` is the URL under which the application serves `DIST`. Names carry a content hash,
    so these files may be cached for ever. Raises AssetsNotBuilt.
    """
    return Markup("\n").join(_tag(prefix, file) for file in _files(entry))


@lru_cache(maxsize=1)
def _manifest() -> dict[str, dict[str, object]]:
    path = DIST / ".vite" / "manifest.json"
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise AssetsNotBuilt(f"{path.name} not found: run `npm run build` in ui/") from error


@lru_cache(maxsize=32)
def _files(entry: str) -> tuple[str, ...]:
    """Style sheets first, then the script, of one entry and of the chunks it imports at once."""
    manifest = _manifest()
    keys = [key for key, chunk in manifest.items() if chunk.get("isEntry") and _name(key) == entry]
    if not keys:
        raise AssetsNotBuilt(f"no entry named {entry!r} in the manifest")
    found: dict[str, None] = {}
    _collect_styles(manifest, keys[0], found, set())
    return (*found, str(manifest[keys[0]]["file"])) if not keys[0].endswith(".css") else tuple(found)


def _name(key: str) -> str:
    path = Path(key)
    return path.parent.name if path.stem == "index" else path.stem


def _collect_styles(
    manifest: dict[str, dict[str, object]], key: str, found: dict[str, None], seen: set[str]
) -> None:
    if key in seen:
        return
    seen.add(key)
    chunk = manifest[key]
    for imported in _strings(chunk.get("imports")):
        _collect_styles(manifest, imported, found, seen)
    own = [str(chunk["file"])] if key.endswith(".css") else _strings(chunk.get("css"))
    found.update(dict.fromkeys(own))


def _strings(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


def _tag(prefix: str, file: str) -> Markup:
    url = escape(prefix + file)
    if file.endswith(".css"):
        return Markup('<link rel="stylesheet" href="{}">').format(url)
    return Markup('<script type="module" src="{}"></script>').format(url)
