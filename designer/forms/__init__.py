"""Forms on pages: `render_form` makes the HTML, `parse` reads what comes back, `error_items` links errors."""

from designer.forms.rendering import error_items, render_form
from designer.forms.submissions import Answers, RowAction, parse

__all__ = ["Answers", "RowAction", "error_items", "parse", "render_form"]
