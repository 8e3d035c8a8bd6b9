"""Texts of form authors as HTML that can do no harm: a subset of Markdown, and cleaned HTML.

Allowed: paragraphs, line breaks, emphasis, lists, headings, quotes, code, tables, rules, and links to
http(s), mailto, tel and addresses of this site. Everything else goes; scripts and styles with their text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import html as lxml_html
from lxml.etree import ParserError
from markupsafe import Markup, escape

_KEPT = frozenset(
    (
        *("p", "br", "strong", "b", "em", "i", "u", "s", "small", "sub", "sup", "code", "pre", "blockquote"),
        *("ul", "ol", "li", "dl", "dt", "dd", "h3", "h4", "h5", "hr", "a"),
        *("table", "caption", "thead", "tbody", "tr", "th", "td"),
    )
)
_DROPPED = frozenset(
    (
        "script",
        "style",
        "template",
        "iframe",
        "object",
        "embed",
        "noscript",
        "svg",
        "math",
        "title",
        "textarea",
    )
)
_LOWERED = {"h1": "h3", "h2": "h3", "h6": "h5"}
_EMPTY = frozenset(("br", "hr"))
_SAFE_LINK = re.compile(r"(?:https?://|mailto:|tel:|/(?!/)|#|\?)", re.IGNORECASE)
_MAX_DEPTH = 50
# What neither XML nor HTML may hold.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def cleaned(source: str) -> Markup:
    """HTML with only the allowed elements; text always survives, except in scripts and styles."""
    source = _CONTROLS.sub("", source)
    if not source.strip():
        return Markup()
    try:
        root = lxml_html.fragment_fromstring(source, create_parent="div")
    except (ParserError, ValueError):
        return escape(source)
    return Markup().join(_inside(root, 0))


def _inside(element: lxml_html.HtmlElement, depth: int) -> Iterator[Markup]:
    yield escape(element.text or "")
    for child in element:
        if depth < _MAX_DEPTH and isinstance(child.tag, str):
            yield from _element(child, depth + 1)
        yield escape(child.tail or "")


def _element(element: lxml_html.HtmlElement, depth: int) -> Iterator[Markup]:
    tag = _LOWERED.get(element.tag, element.tag)
    if tag in _DROPPED:
        return
    if tag in _EMPTY:
        yield Markup(f"<{tag}>")  # noqa: S704 - one of two known names
        return
    if tag not in _KEPT:
        yield from _inside(element, depth)
        return
    yield Markup(f"<{tag}>") if tag != "a" else _link(element)  # noqa: S704 - a name of the list above
    yield from _inside(element, depth)
    yield Markup(f"</{tag}>")  # noqa: S704 - the same name


def _link(element: lxml_html.HtmlElement) -> Markup:
    target = (element.get("href") or "").strip()
    if not _SAFE_LINK.match(target):
        return Markup("<a>")
    return Markup('<a href="{}" rel="noopener">').format(target)


_INLINE = (
    (re.compile(r"`([^`]+)`"), "code"),
    (re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*"), "strong"),
    (re.compile(r"__(?=\S)(.+?)(?<=\S)__"), "strong"),
    (re.compile(r"(?<!\w)\*(?=\S)(.+?)(?<=\S)\*(?!\w)"), "em"),
    (re.compile(r"(?<!\w)_(?=\S)(.+?)(?<=\S)_(?!\w)"), "em"),
)
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_BULLET = re.compile(r"\s{0,3}(?:[-*+]|\d{1,3}[.)])\s+(.*)")
_NUMBERED = re.compile(r"\s{0,3}\d")


def markdown(source: str) -> Markup:
    """Markdown as form texts use it: headings, paragraphs, lists, rules, emphasis, code, links."""
    blocks = re.split(r"\n\s*\n", source.replace("\r\n", "\n").strip())
    return cleaned("".join(part for block in blocks if block.strip() for part in _block(block.split("\n"))))


def _block(lines: list[str]) -> Iterator[str]:
    """The runs of one block: lines of the same kind belong together."""
    while lines:
        heading = _HEADING.match(lines[0])
        if heading:
            level = min(5, max(3, len(heading[1]) + 1))
            yield f"<h{level}>{_inline(heading[2])}</h{level}>"
            lines = lines[1:]
        elif re.fullmatch(r"\s*(?:-{3,}|\*{3,}|_{3,})\s*", lines[0]):
            yield "<hr>"
            lines = lines[1:]
        elif _BULLET.match(lines[0]):
            count = _run(lines, bullets=True)
            tag = "ol" if _NUMBERED.match(lines[0]) else "ul"
            items = "".join(f"<li>{_inline(item)}</li>" for item in _items(lines[:count]))
            yield f"<{tag}>{items}</{tag}>"
            lines = lines[count:]
        else:
            count = _run(lines, bullets=False)
            text = "\n".join(lines[:count])
            yield f"<p>{_inline(text)}</p>"
            lines = lines[count:]


def _run(lines: list[str], *, bullets: bool) -> int:
    for i, line in enumerate(lines[1:], start=1):
        if _HEADING.match(line) or (not bullets and _BULLET.match(line)):
            return i
    return len(lines)


def _items(lines: list[str]) -> list[str]:
    items: list[str] = []
    for line in lines:
        match = _BULLET.match(line)
        if match:
            items.append(match[1])
        else:
            items[-1] += " " + line.strip()
    return items


def _inline(text: str) -> str:
    """Marks inside a line; HTML the author wrote stays for `cleaned` to judge."""
    text = _LINK.sub(lambda m: f'<a href="{escape(m[2])}">{m[1]}</a>', text)
    for pattern, tag in _INLINE:
        text = pattern.sub(rf"<{tag}>\1</{tag}>", text)
    return re.sub(r" {2,}\n", "<br>", text)
