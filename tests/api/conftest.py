"""Fixtures of the API's tests: the present stands still, and a small world to knock at."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.models import db
from tests.api.callers import Caller, count_on
from tests.web import worlds


@pytest.fixture(autouse=True)
def _still(present: None) -> None:
    """Time stands at the tests' present."""


@pytest.fixture
def stranger(app: Flask) -> Caller:
    """Somebody without a token."""
    return Caller(app)


@pytest.fixture
def world(app: Flask) -> worlds.World:
    """Two markets apart from each other, and a person per role."""
    made = worlds.make()
    count_on()
    db.session.commit()
    return made
