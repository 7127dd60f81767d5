"""`flask token ADDRESS`."""

from __future__ import annotations

import dataclasses

from flask import Flask

from marketplace.models import db
from marketplace.rules.policy import Role
from marketplace.services import accounts as service
from tests.factories import accounts


def demo(app: Flask) -> Flask:
    app.config["SETTINGS"] = dataclasses.replace(app.config["SETTINGS"], demo=True)
    return app


def test_a_demo_account_gets_a_token_that_opens_its_role(app: Flask) -> None:
    user = accounts.member(Role.AUDITOR)
    db.session.commit()
    result = demo(app).test_cli_runner().invoke(args=["token", user.email or ""])
    assert result.exit_code == 0, result.output
    found = service.find_token(result.output.strip())
    assert found is not None
    assert found.membership.user_id == user.id


def test_outside_demo_mode_no_token_is_printed(app: Flask) -> None:
    user = accounts.member(Role.AUDITOR)
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["token", user.email or ""])
    assert result.exit_code != 0
    assert "demo mode only" in result.output
    assert "rl_" not in result.output


def test_an_unknown_address_and_an_account_without_a_role_are_told_apart(app: Flask) -> None:
    user = accounts.user()
    db.session.commit()
    runner = demo(app).test_cli_runner()
    assert "No account" in runner.invoke(args=["token", "tidakada@contoh.test"]).output
    assert "has no role" in runner.invoke(args=["token", user.email or ""]).output
