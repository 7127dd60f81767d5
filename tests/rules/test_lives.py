"""Every life is a table that hangs together."""

from __future__ import annotations

import pytest

from marketplace.rules.lives import Life
from marketplace.rules.policy import DEEDS, SYSTEM_DEEDS
from marketplace.services.moves import LIVES


@pytest.mark.parametrize("life", LIVES.values(), ids=lambda life: life.name)
def test_every_state_of_a_life_can_be_reached(life: Life) -> None:
    assert life.reachable() == life.states() == frozenset(type(life.first))


@pytest.mark.parametrize("life", LIVES.values(), ids=lambda life: life.name)
def test_every_step_names_a_deed_that_the_policy_knows(life: Life) -> None:
    assert [s.deed for s in life.steps if s.deed not in DEEDS and s.deed not in SYSTEM_DEEDS] == []


@pytest.mark.parametrize("kind", LIVES, ids=lambda kind: kind.__name__)
def test_every_stamp_is_a_column(kind: type) -> None:
    assert [s.stamp for s in LIVES[kind].steps if s.stamp and not hasattr(kind, s.stamp)] == []
