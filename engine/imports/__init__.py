"""Diagrams of other tools, in our dialect: BPMN 2.0 with `zeebe:` extensions and FEEL.

`import_diagram(bytes)` gives the diagram, forms made of its fields, and a note for everything that was
translated, that somebody has to choose, or that stays as it is without effect. Camunda 7, Camunda 8,
Flowable, Activiti, SpiffWorkflow and Signavio; any other BPMN 2.0 file as a drawing. See README.md.
"""

from __future__ import annotations

from engine.imports.diagram import import_diagram
from engine.imports.dialects import NAMES
from engine.imports.result import KINDS, Import, Note, NoteKind, by_kind

__all__ = ["KINDS", "NAMES", "Import", "Note", "NoteKind", "by_kind", "import_diagram"]
