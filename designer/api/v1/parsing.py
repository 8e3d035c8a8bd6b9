"""Request bodies as exact JSON: flask-smorest's parser reads numbers as binary fractions."""

from __future__ import annotations

from typing import Any

import flask_smorest
from flask import Request
from flask_babel import gettext as _
from webargs.core import missing
from webargs.flaskparser import FlaskParser, is_json_request
from werkzeug.exceptions import BadRequest

from designer import jsons


class ExactParser(FlaskParser):
    """Reads a JSON body with `designer.jsons`."""

    def _raw_load_json(self, req: Request) -> Any:
        if not is_json_request(req):
            return missing
        try:
            return jsons.loads(req.get_data(cache=True))
        except ValueError as error:
            raise BadRequest(_("Le contenu n’est pas du JSON lisible. Rien n’a été fait.")) from error


class Blueprint(flask_smorest.Blueprint):
    """A resource whose bodies are exact."""

    ARGUMENTS_PARSER = ExactParser()
