"""The same job where no script runs, the officer on a phone and the owner at a desk."""

from __future__ import annotations

from functools import partial

import pytest

from tests.browser.chapters import tell
from tests.browser.houses import House
from tests.browser.stories import Story
from tests.browser.windows import DESK, PHONE, Opens

pytestmark = pytest.mark.browser


def test_the_job_is_done_without_any_script(house: House, opens: Opens) -> None:
    plain = partial(opens, scripts=False)
    tell(Story(house, plain, plain("officer", PHONE), plain("approver", PHONE), plain("owner", DESK)))
