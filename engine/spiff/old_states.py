"""Older forms of the state, brought to the newest one when an instance is read."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]


def migrated(document: Document) -> Document:
    """The document in the newest form; one that is not known is given back as it is."""
    steps = {1: _from_1}
    while document.get("v") in steps:
        document = steps[document["v"]](document)
    return document


def _from_1(document: Document) -> Document:
    """Version 2 keeps what only some have (payload, compensation, names) in a mapping at the end."""
    runs = [[key, [_token_1(t) for t in tokens], joins, {}] for key, tokens, joins in document["runs"]]
    subscriptions = [_subscription_1(s) for s in document["subscriptions"]]
    return {**document, "v": 2, "runs": runs, "subscriptions": subscriptions}


def _token_1(row: list[Any]) -> list[Any]:
    *common, result, payload, details = row
    return [*common, _given({"result": result, "payload": payload, "details": details})]


def _subscription_1(row: list[Any]) -> list[Any]:
    key, owner, element_id, kind, timer, name, correlation = row
    return [key, owner, element_id, kind, _given({"t": timer, "n": name, "c": correlation})]


def _given(extra: Document) -> Document:
    return {name: value for name, value in extra.items() if value is not None}
