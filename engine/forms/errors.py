"""The one error of this package."""

from __future__ import annotations

from engine.errors import DefinitionInvalid


class FormInvalid(DefinitionInvalid):
    """The schema cannot be used; `.diagnostics` says where (element_id is the component's id) and why."""
