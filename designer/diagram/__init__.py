"""Process drawings made on the server: BPMN XML in, accessible SVG and its text out.

`parse(xml) -> Diagram` is the slow part and its result is meant to be kept per version;
`render(diagram, …)`, `table(diagram, …)` and `describe(diagram, locale)` are cheap.
"""

from designer.diagram.model import Diagram, DiagramError
from designer.diagram.reader import parse
from designer.diagram.reading import Next, Row, describe, table
from designer.diagram.svg import STATE_WORDS, natural_width, render

__all__ = [
    "STATE_WORDS",
    "Diagram",
    "DiagramError",
    "Next",
    "Row",
    "describe",
    "natural_width",
    "parse",
    "render",
    "table",
]
