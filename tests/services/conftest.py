"""Who most services are tried with: a kitchen, and its owner."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.models.businesses import Business
from marketplace.rules.policy import Actor, Role
from tests.factories import accounts, businesses


@pytest.fixture
def kitchen(app: Flask) -> Business:
    return businesses.business(capacity=500)


@pytest.fixture
def owner(kitchen: Business) -> Actor:
    return accounts.actor(Role.OWNER, business=kitchen)
