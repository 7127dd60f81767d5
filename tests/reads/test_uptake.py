"""The figures of uptake and the rows behind them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import Flask

from marketplace.models import db
from marketplace.reads import payments, uptake
from marketplace.rules.awards import AwardState
from marketplace.rules.businesses import Gender, Scale
from marketplace.rules.policy import PUBLIC, Role
from marketplace.rules.uptake import period_of
from tests.factories import accounts, awards, businesses, buyers
from tests.factories.tenders import PRESENT

QUARTER = period_of("2026-T4", PRESENT)
SEPTEMBER = datetime(2026, 9, 10, tzinfo=UTC)


def test_value_suppliers_and_share_come_from_final_awards_and_declared_spending(app: Flask) -> None:
    factory = buyers.buyer()
    winner = businesses.business()
    awards.final(PRESENT, winner, factory)
    awards.final(PRESENT, winner, factory)
    awards.spent(factory, date(2026, 11, 1), 310_000_000)
    line = uptake.headline(QUARTER)
    assert (line.value, line.suppliers, line.awards, line.share) == (124_000_000, 1, 2, 0.4)


def test_an_award_that_is_not_final_does_not_count(app: Flask) -> None:
    made = awards.final(PRESENT)
    made.state = AwardState.ANNULLED
    db.session.flush()
    assert uptake.headline(QUARTER).value == 0
    assert uptake.winners(PUBLIC, uptake.Filters()).total == 0


def test_the_share_is_compared_with_the_quarter_before(app: Flask) -> None:
    factory = buyers.buyer()
    awards.final(PRESENT, buyer=factory)
    awards.final(SEPTEMBER, buyer=factory)
    awards.spent(factory, date(2026, 11, 1), 124_000_000)
    awards.spent(factory, date(2026, 9, 1), 620_000_000)
    assert uptake.headline(QUARTER).points == 40


def test_without_declared_spending_there_is_no_share(app: Flask) -> None:
    awards.final(PRESENT)
    line = uptake.headline(QUARTER)
    assert (line.share, line.points) == (None, None)


def test_an_award_of_the_first_hours_of_october_in_jakarta_is_octobers(app: Flask) -> None:
    awards.final(datetime(2026, 9, 30, 18, 0, tzinfo=UTC))
    months = {one.key: one.value for one in uptake.measured(QUARTER).months}
    assert (months["2026-09"], months["2026-10"]) == (0, 62_000_000)


def test_every_breakdown_adds_up_to_the_headline(app: Flask) -> None:
    awards.final(PRESENT, businesses.business(owner_gender=Gender.FEMALE, scale=Scale.SMALL))
    awards.final(PRESENT, businesses.business(area_code="36.72.07.1001"), price=30_000)
    found = uptake.measured(QUARTER)
    for parts in (found.trades, found.kecamatan, found.scales, found.genders):
        assert sum(one.value for one in parts) == found.headline.value == 155_000_000
    assert [one.word for one in found.genders] == [None, Gender.FEMALE]


def test_a_buyers_figures_hold_only_its_own_awards_and_spending(app: Flask) -> None:
    mine, other = buyers.buyer(), buyers.buyer()
    awards.final(PRESENT, buyer=mine)
    awards.final(PRESENT, buyer=other)
    awards.spent(mine, date(2026, 10, 1), 620_000_000)
    awards.spent(other, date(2026, 10, 1), 1)
    assert uptake.headline(QUARTER, mine.id).share == 0.1


def test_the_rows_behind_a_figure_sum_to_it(app: Flask) -> None:
    awards.final(PRESENT, businesses.business(scale=Scale.SMALL))
    awards.final(PRESENT)
    awards.final(SEPTEMBER)
    small = next(one for one in uptake.measured(QUARTER).scales if one.word is Scale.SMALL)
    listing = uptake.winners(PUBLIC, uptake.Filters(period=QUARTER, scale=Scale.SMALL))
    assert (listing.value, listing.total) == (small.value, 1)


def test_the_public_cannot_filter_winners_by_the_owners_gender(app: Flask) -> None:
    awards.final(PRESENT, businesses.business(owner_gender=Gender.FEMALE))
    awards.final(PRESENT, businesses.business(owner_gender=Gender.MALE))
    only = uptake.Filters(gender=Gender.FEMALE)
    assert uptake.winners(PUBLIC, only).total == 2
    assert uptake.winners(accounts.actor(Role.HEAD), only).total == 1


def test_winners_are_found_by_words_of_supplier_buyer_or_code(app: Flask) -> None:
    made = awards.final(PRESENT, businesses.business("Dapur Melati"), buyers.buyer("PT Semen Contoh"))
    awards.final(PRESENT)
    for text in ("melati", "semen dapur", made.tender.code.lower()):
        assert [w.code for w in uptake.exported(PUBLIC, uptake.Filters(text=text))] == [made.code]


def test_a_company_without_invoices_has_no_payment_times(app: Flask) -> None:
    times = payments.payment_times(buyers.buyer().id, QUARTER, PRESENT)
    assert (times.paid, times.median_days, times.share_in_time, times.overdue) == (0, None, None, 0)
