"""The whole job in its order: the two sides and the approver, and on request those who look on."""

from __future__ import annotations

from tests.browser import bidding, deciding, fulfilling, hearing, overseeing, posting
from tests.browser.stories import Story


def tell(story: Story) -> None:
    """From a few words to paid lunches, by the two sides and the approver."""
    post(story)
    bid(story)
    decide(story)
    fulfil(story)


def tell_with_everybody(story: Story) -> None:
    """The same, with Dinkop verifying, the public counting, and the auditor reading."""
    post(story)
    newcomer = overseeing.send_the_missing_certificate(story)
    overseeing.verify_it(story, newcomer)
    overseeing.find_it_in_the_ranking(story, newcomer)
    bid(story)
    decide(story, counting=True)
    hearing.read_the_bell(story)
    hearing.read_the_mail(story)
    fulfil(story)
    hearing.open_whatsapp(story)
    overseeing.read_the_journal(story)


def post(story: Story) -> None:
    """A need is written and published, and one of its best suppliers invited."""
    posting.write_the_need(story)
    posting.adjust_it_under_the_live_panel(story)
    posting.publish_it(story)
    posting.choose_from_the_ranking(story)


def bid(story: Story) -> None:
    """The invited owner asks and bids; two others bid."""
    bidding.find_the_invitation(story)
    bidding.ask_and_answer(story)
    bidding.bid_and_change_it(story)


def decide(story: Story, *, counting: bool = False) -> None:
    """Opened, judged, negotiated, split, approved; with `counting`, uptake grows by it."""
    deciding.open_the_bids(story)
    deciding.judge_by_the_published_weights(story)
    deciding.negotiate(story)
    deciding.split_the_award(story)
    before = overseeing.uptake_of_catering(story) if counting else None
    deciding.approve_it(story)
    if before is not None:
        overseeing.uptake_grew(before, overseeing.uptake_of_catering(story))
    deciding.tell_the_loser_why(story)


def fulfil(story: Story) -> None:
    """From the contract to the stars."""
    fulfilling.confirm_on_both_sides(story)
    fulfilling.read_the_paper(story)
    fulfilling.deliver(story)
    fulfilling.accept_a_part(story)
    fulfilling.bill_and_pay(story)
    fulfilling.judge_each_other(story)
