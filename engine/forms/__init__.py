"""Forms: the form-js schema read, checked and validated on the server. No HTML here.

`load(data) -> Form`; `Form.initial`, `Form.visible`, `Form.validate`; `read_fields` turns what a page
sends into the answers that `validate` takes. See README.md.
"""

from engine.forms.answers import read_fields
from engine.forms.checks import NAMED, file_megabytes
from engine.forms.errors import FormInvalid
from engine.forms.form import Form, load
from engine.forms.model import Component, Field, Option, Submission, path_text
from engine.forms.options import option_key, options_of
from engine.forms.scopes import is_hidden, is_readonly, merged, row_scope
from engine.forms.templates import Moment, fill, number_text

__all__ = [
    "NAMED",
    "Component",
    "Field",
    "Form",
    "FormInvalid",
    "Moment",
    "Option",
    "Submission",
    "file_megabytes",
    "fill",
    "is_hidden",
    "is_readonly",
    "load",
    "merged",
    "number_text",
    "option_key",
    "options_of",
    "path_text",
    "read_fields",
    "row_scope",
]
