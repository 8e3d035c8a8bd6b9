"""Every route declares who may use it, and refuses everybody else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from designer import access
from designer.roles import PERMISSIONS, ROLES
from tests.web.conftest import Person

SOME_ID = str(UUID(int=1))


def routes(app: Flask) -> Iterator[tuple[Rule, str, access.Access | None]]:
    """Every rule of the application with each of its methods, and what it declares."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method, access.access_of(app, rule.endpoint, method)


def path_of(rule: Rule) -> str:
    """A path that the rule matches; the object it names does not exist."""
    filled = re.sub(r"<uuid:[^>]+>", SOME_ID, rule.rule)
    return re.sub(r"<[^>]+>", "x", re.sub(r"<int:[^>]+>", "1", filled))


def is_api(rule: Rule) -> bool:
    return rule.rule.startswith("/api/v")


def test_every_route_declares_its_access(app: Flask) -> None:
    silent = [f"{method} {rule.rule}" for rule, method, declared in routes(app) if declared is None]
    assert not silent, f"add @requires, @signed_in or @public: {silent}"


def test_a_guest_is_sent_to_the_door(app: Flask) -> None:
    let_in = []
    for rule, method, declared in routes(app):
        if declared is None or declared.everybody:
            continue
        answer = app.test_client().open(path_of(rule), method=method)
        refused = answer.status_code == 401 if is_api(rule) else _leads_to_the_door(answer)
        if not refused:
            let_in.append(f"{method} {rule.rule}: {answer.status}")
    assert not let_in


def _leads_to_the_door(answer: TestResponse) -> bool:
    return answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in")


def test_somebody_without_a_role_is_told_which_right_is_missing(
    app: Flask, signed_in: Callable[..., Person]
) -> None:
    stranger = signed_in()
    for rule, method, declared in routes(app):
        if declared is None or not declared.permissions or method != "GET":
            continue
        answer = stranger.client.get(path_of(rule))
        assert answer.status_code == 403, rule.rule
        if not is_api(rule):
            assert PERMISSIONS[declared.permissions[0]].fr.split("’")[-1] in answer.text.replace("&#39;", "’")


def test_a_grant_in_one_group_counts_there_and_nowhere_else(
    app: Flask, signed_in: Callable[..., Person]
) -> None:
    from designer.extensions import db
    from designer.models import Grant, ProcessGroup, User

    someone = signed_in()
    with app.app_context():
        db.session.add(ProcessGroup(key="urbanisme", name="Urbanisme"))
        db.session.flush()
        user = db.session.get_one(User, UUID(someone.id))
        user.grants = [Grant(role="analyst", group_key="urbanisme")]
        db.session.commit()
        assert user.may("cases.read")
        assert user.may("cases.read", "urbanisme")
        assert not user.may("cases.read", "finances")
        assert user.groups_where("cases.read") == {"urbanisme"}
        assert user.groups_where("users.manage") == frozenset()


def test_roles_hold_only_known_permissions_and_the_administrator_all_of_them() -> None:
    assert all(role.permissions <= set(PERMISSIONS) for role in ROLES.values())
    assert ROLES["administrator"].permissions == set(PERMISSIONS)


def test_an_unknown_permission_is_a_defect() -> None:
    with pytest.raises(ValueError, match="unknown"):
        access.requires("cases.destroy")
