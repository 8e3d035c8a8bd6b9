"""The blueprint that both modules of views register on."""

from flask import Blueprint

bp = Blueprint("inbox", __name__, url_prefix="/tasks")
