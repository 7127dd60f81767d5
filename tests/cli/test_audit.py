"""`flask audit verify`."""

from __future__ import annotations

from datetime import datetime

from flask import Flask
from sqlalchemy import text

from marketplace.models import db
from marketplace.rules.policy import SYSTEM
from marketplace.services import journal
from tests.factories import tenders
from tests.services.test_audit import without_triggers


def test_a_whole_journal_is_said_to_be_whole(app: Flask, at: datetime) -> None:
    journal.record("tender.change", tenders.tender(), SYSTEM, at)
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert (result.exit_code, "whole: 1 events" in result.output) == (0, True)


def test_a_broken_journal_names_the_event_and_ends_with_status_one(app: Flask, at: datetime) -> None:
    tender = tenders.tender()
    for _ in range(3):
        journal.record("tender.change", tender, SYSTEM, at)
    db.session.commit()
    with without_triggers():
        db.session.execute(text("UPDATE events SET reason = 'x' WHERE seq = 2"))
    result = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert result.exit_code == 1
    assert f"Event 2 is changed (tender.change {tender.code})" in result.output
