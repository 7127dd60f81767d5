"""The same job for those who read English."""

from __future__ import annotations

from functools import partial

import pytest

from tests.browser.chapters import tell_with_everybody
from tests.browser.houses import House
from tests.browser.stories import Story
from tests.browser.windows import DESK, PHONE, Opens

pytestmark = pytest.mark.browser


def test_the_job_is_done_in_english(house: House, opens: Opens) -> None:
    english = partial(opens, language="en")
    story = Story(house, english, english("officer", DESK), english("approver", DESK), english("owner", PHONE))
    tell_with_everybody(story)
