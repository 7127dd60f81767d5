"""The main job, clicked as people click it: from a few words to paid lunches, with everybody who looks on."""

from __future__ import annotations

import pytest

from tests.browser import bidding, deciding, fulfilling, hearing, overseeing, posting
from tests.browser.houses import House
from tests.browser.stories import Story
from tests.browser.windows import DESK, PHONE, Opens

pytestmark = pytest.mark.browser


def test_a_need_goes_from_a_few_words_to_paid_lunches(house: House, opens: Opens) -> None:
    story = Story(house, opens, opens("officer", DESK), opens("approver", DESK), opens("owner", PHONE))
    posting.write_the_need(story)
    posting.adjust_it_under_the_live_panel(story)
    posting.publish_it(story)
    posting.choose_from_the_ranking(story)
    newcomer = overseeing.send_the_missing_certificate(story)
    overseeing.verify_it(story, newcomer)
    overseeing.find_it_in_the_ranking(story, newcomer)
    bidding.find_the_invitation(story)
    bidding.ask_and_answer(story)
    bidding.bid_and_change_it(story)
    deciding.open_the_bids(story)
    deciding.judge_by_the_published_weights(story)
    deciding.negotiate(story)
    deciding.split_the_award(story)
    before = overseeing.uptake_of_catering(story)
    deciding.approve_it(story)
    overseeing.uptake_grew(before, overseeing.uptake_of_catering(story))
    deciding.tell_the_loser_why(story)
    fulfilling.confirm_on_both_sides(story)
    fulfilling.read_the_paper(story)
    hearing.read_the_bell(story)
    hearing.read_the_mail(story)
    hearing.open_whatsapp(story)
    fulfilling.deliver(story)
    fulfilling.accept_a_part(story)
    fulfilling.bill_and_pay(story)
    fulfilling.judge_each_other(story)
    overseeing.read_the_journal(story)
