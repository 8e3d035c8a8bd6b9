"""Shipped process packages: diagrams, decisions, forms, document templates and scenarios. Data only."""

from pathlib import Path

PATH = Path(__file__).resolve().parent
