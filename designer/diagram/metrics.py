"""How wide text is in Atkinson Hyperlegible Next, and where it breaks into lines.

The server has no font engine: advance widths (weight 500, per 100 px of type) are tabled here for
Latin text, and a letter that is not in the table counts as an average one.
"""

from __future__ import annotations

import re

_AVERAGE = 58
_BY_WIDTH = {
    18: "'",
    23: ",.:;",
    24: "|¦",
    25: "j’‘",
    27: "i¹ìíî´`·",
    28: "lï¸",
    29: " ¡\u00a0",
    31: "()",
    33: "[f",
    34: '"]',
    35: "t",
    36: "r{}",
    37: "-¯°_ª",
    39: "¨²³º",
    40: "IÌÍÎÏ",
    41: "/\\",
    42: "1“”•",
    48: "*yz¿ýÿ",
    49: "csv¢ç",
    50: "x–",
    51: "?¶7k",
    53: "J×",
    54: "La§àáâãäå",
    55: "eu~èéêëùúûü",
    56: "2<>F^hnoñòóôõöø",
    58: "gð9ETbdpqµÈÉÊË3±",
    60: "$+5SY«»Ý6PVZ",
    62: "48=B£R",
    65: "0ACXKÀÁÂÃÄÅÇ",
    69: "DUÙÚÛÜ€",
    71: "w…#GHNÑ",
    73: "&OÒÓÔÕÖQ",
    78: "@",
    84: "Mm—",
    88: "WæÆœ",
    94: "%",
    101: "Œ→",
}
_WIDTH = {char: width for width, chars in _BY_WIDTH.items() for char in chars}
_FULL_WIDTH_FROM = "\u2e80"


# French punctuation never starts a line, nor do guillemets stand alone (spaces become U+00A0).
_BINDING = re.compile(r"« | (?=[»:;?!])")


def _bind(match: re.Match[str]) -> str:
    return match.group().replace(" ", "\u00a0")


def text_width(text: str, size: float) -> float:
    """Width of `text` in px when set at `size` px."""
    return sum(_WIDTH.get(c, 100 if c >= _FULL_WIDTH_FROM else _AVERAGE) for c in text) * size / 100


def wrap(text: str, width: float, size: float, max_lines: int = 6) -> list[str]:
    """Lines of `text` no wider than `width` px at `size` px; the last one ends in “…” when text is left."""
    lines: list[str] = []
    for paragraph in _BINDING.sub(_bind, text).splitlines():
        lines += _wrap_paragraph(paragraph.split(" "), width, size)
    lines = [line for line in lines if line]
    if len(lines) <= max_lines:
        return lines
    return [*lines[: max_lines - 1], _shorten(lines[max_lines - 1], width, size)]


def _wrap_paragraph(words: list[str], width: float, size: float) -> list[str]:
    lines, line = [], ""
    for word in (piece for w in words for piece in _pieces(w.strip(), width, size)):
        longer = f"{line} {word}" if line else word
        if line and text_width(longer, size) > width:
            lines.append(line)
            longer = word
        line = longer
    return [*lines, line]


def _pieces(word: str, width: float, size: float) -> list[str]:
    """`word` cut where it is wider than a line, after a hyphen or underscore where there is one."""
    pieces = []
    while text_width(word, size) > width and len(word) > 1:
        cut = _fitting(word, width, size)
        soft = max(word.rfind(mark, 0, cut) for mark in "-_/.") + 1
        cut = soft if soft > cut // 2 else cut
        pieces.append(word[:cut])
        word = word[cut:]
    return [*pieces, word] if word else pieces


def _fitting(word: str, width: float, size: float) -> int:
    count, used = 0, 0.0
    for char in word:
        used += text_width(char, size)
        if used > width:
            break
        count += 1
    return max(1, count)


def _shorten(line: str, width: float, size: float) -> str:
    while line and text_width(line + "…", size) > width:
        line = line[:-1]
    return line.rstrip() + "…"
