"""The main job, clicked as people click it: from a few words to paid lunches, with everybody who looks on."""

from __future__ import annotations

import pytest

from tests.browser.chapters import tell_with_everybody
from tests.browser.houses import House
from tests.browser.stories import Story
from tests.browser.windows import DESK, PHONE, Opens

pytestmark = pytest.mark.browser


def test_a_need_goes_from_a_few_words_to_paid_lunches(house: House, opens: Opens) -> None:
    story = Story(house, opens, opens("officer", DESK), opens("approver", DESK), opens("owner", PHONE))
    tell_with_everybody(story)
