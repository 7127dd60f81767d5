"""Factories and two years of tenders: invented, repeatable, and in themselves consistent."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from marketplace.rules.calendars import EVERY_DAY, delivery_days
from seeds.factories import SeedFactory, SeedTender, factories, history_plan
from seeds.reference import read_areas, read_categories, read_certificate_types

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
INDUSTRIAL = {"Ciwandan", "Citangkil", "Gerogol", "Pulomerak", "Jombang"}


@pytest.fixture(scope="module")
def plan() -> list[SeedTender]:
    return history_plan(1, TODAY)


@pytest.fixture(scope="module")
def companies() -> tuple[SeedFactory, ...]:
    return factories()


def test_there_are_twelve_factories_each_with_one_to_three_sites(companies: tuple[SeedFactory, ...]) -> None:
    assert len(companies) == 12
    assert len({f.name for f in companies}) == 12
    assert {len(f.sites) for f in companies} == {1, 2, 3}
    for factory in companies:
        assert factory.approval_limit > 0
        assert 7 <= factory.payment_days <= 60
        assert 0 < factory.pledge_percent <= 100


def test_sites_stand_in_industrial_kelurahan_near_their_centroid(companies: tuple[SeedFactory, ...]) -> None:
    areas = {a.code: a for a in read_areas()}
    for site in (s for f in companies for s in f.sites):
        area = areas[site.kelurahan_code]
        assert area.kecamatan in INDUSTRIAL
        assert abs(site.lat - area.lat) < 0.005
        assert abs(site.lon - area.lon) < 0.005


def test_taxpayer_numbers_have_a_right_check_digit_and_an_office_that_does_not_exist(
    companies: tuple[SeedFactory, ...],
) -> None:
    luhn = pytest.importorskip("stdnum.luhn")
    assert len({f.npwp for f in companies}) == 12
    for factory in companies:
        assert len(factory.npwp) == 16
        assert factory.npwp.startswith("00000")
        assert factory.npwp.endswith("000000")
        assert luhn.is_valid(factory.npwp[1:10])


def test_the_same_seed_and_day_give_the_same_history(plan: list[SeedTender]) -> None:
    assert history_plan(1, TODAY) == plan
    assert history_plan(2, TODAY) != plan
    assert history_plan(1, date(2027, 2, 1)) != plan


def test_the_history_does_not_depend_on_the_randomisation_of_hashes() -> None:
    code = (
        "import hashlib, datetime; from seeds.factories import history_plan;"
        "print(hashlib.sha256(repr(history_plan(4, datetime.date(2026, 5, 4))).encode()).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": salt},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for salt in ("0", "7", "99")
    }
    assert len(seen) == 1


@pytest.mark.parametrize("today", [TODAY, date(2026, 2, 28), date(2027, 3, 9), date(2026, 12, 31)])
def test_no_screen_is_empty_whatever_the_day(today: date) -> None:
    stages = Counter((t.outcome, t.stage) for t in history_plan(3, today))
    assert sum(stages.values()) == 260
    assert 22 <= stages["running", "open"] <= 30
    assert stages["running", "to_open"] >= 4
    assert stages["running", "evaluating"] >= 5
    for outcome in ("awarded", "completed", "failed", "cancelled"):
        assert stages[outcome, ""] >= 15


def test_tenders_are_numbered_by_publication_over_24_months(plan: list[SeedTender]) -> None:
    assert [t.number for t in plan] == list(range(1, 261))
    times = [t.published_at for t in plan]
    assert times == sorted(times)
    assert timedelta(days=600) < NOW - times[0] < timedelta(days=735)
    assert times[-1] < NOW


@pytest.mark.parametrize("seed", range(1, 6))
def test_times_of_every_story_follow_each_other(seed: int) -> None:
    for t in history_plan(seed, TODAY):
        assert t.published_at + timedelta(hours=24) <= t.closes_at, t
        if t.stage == "open":
            assert timedelta(days=3) <= t.closes_at - NOW <= timedelta(days=22), t
        elif t.outcome != "cancelled":
            assert t.closes_at < NOW, t
        for earlier, later in ((t.closes_at, t.opened_at), (t.opened_at, t.awarded_at), (t.awarded_at, t.ended_at)):
            assert later is None or earlier is None or earlier < later, t
        assert t.ended_at is None or t.published_at < t.ended_at < NOW + timedelta(days=1), t


def test_each_outcome_has_the_marks_that_belong_to_it(plan: list[SeedTender]) -> None:
    for t in plan:
        decided = t.outcome in ("awarded", "completed")
        assert (t.awarded_at is not None) == decided
        assert (t.contract is not None) == decided
        assert bool(t.reason) == (t.outcome in ("failed", "cancelled"))
        assert (t.opened_at is not None) == (decided or t.outcome == "failed" or t.stage == "evaluating")
        assert (t.ended_at is not None) == (t.outcome in ("completed", "failed", "cancelled"))
        assert bool(t.stage) == (t.outcome == "running")
        if t.outcome == "completed":
            assert all(lot.end_on < TODAY for lot in t.lots)
        if t.outcome == "awarded":
            assert all(lot.end_on > TODAY for lot in t.lots)


@pytest.mark.parametrize("seed", range(1, 6))
def test_bids_arrive_between_publication_and_deadline_and_never_in_the_future(seed: int) -> None:
    for t in history_plan(seed, TODAY):
        for bid in t.bids:
            assert t.published_at < bid.submitted_at <= t.closes_at, t
            assert bid.submitted_at < NOW


def test_results_of_bids_fit_the_outcome(plan: list[SeedTender]) -> None:
    allowed = {
        "open": {"sealed", "withdrawn"},
        "to_open": {"sealed", "withdrawn"},
        "evaluating": {"opened", "withdrawn"},
        "awarded": {"accepted", "lost", "disqualified", "withdrawn"},
        "completed": {"accepted", "lost", "disqualified", "withdrawn"},
        "failed": {"disqualified"},
        "cancelled": {"sealed", "withdrawn"},
    }
    for t in plan:
        assert {b.result for b in t.bids} <= allowed[t.stage or t.outcome], t
        assert len(t.bids) <= 9
        if t.method == "direct" and t.outcome != "failed":
            assert len(t.bids) == 1
        if t.method == "selective":
            assert t.invited >= len(t.bids)
    assert min(len(t.bids) for t in plan) == 0
    assert max(len(t.bids) for t in plan) >= 8


def test_accepted_bids_share_the_whole_and_never_cost_more_than_the_ceiling(plan: list[SeedTender]) -> None:
    split = 0
    for t in plan:
        accepted = [b for b in t.bids if b.result == "accepted"]
        if t.contract is None:
            assert not accepted
            continue
        assert sum(b.awarded_percent for b in accepted) == 100
        assert all(0 < b.awarded_percent <= b.share_percent <= 100 for b in accepted)
        assert all(b.price_permille <= 1000 for b in accepted)
        if len(accepted) > 1:
            split += 1
            assert all(lot.split_allowed for lot in t.lots)
    assert 15 < split < 120


def test_every_disqualified_or_lost_bid_carries_its_reason(plan: list[SeedTender]) -> None:
    for bid in (b for t in plan for b in t.bids):
        assert bool(bid.reason) == (bid.result in ("disqualified", "lost")), bid


def test_lots_are_consistent_and_ask_only_for_known_things(plan: list[SeedTender]) -> None:
    units = {c.code: c.unit for c in read_categories()}
    certificates = {c.code for c in read_certificate_types()}
    for t in plan:
        assert t.lots
        for lot in t.lots:
            days = (lot.end_on - lot.start_on).days + 1
            assert days >= 1
            assert lot.start_on > t.published_at.date()
            assert lot.unit == units[lot.category]
            assert lot.ceiling_price > 0
            if lot.pattern == "daily":
                delivered = len(delivery_days(lot.start_on, lot.end_on, lot.weekdays))
                assert delivered > 0
                assert lot.quantity == lot.quantity_per_day * delivered
            else:
                assert lot.weekdays == EVERY_DAY
                assert lot.quantity_per_day == -(-lot.quantity // days)
            assert 1 <= lot.min_share_per_day <= lot.quantity_per_day
            assert {code for code, _ in lot.certificates} <= certificates
            assert len({code for code, _ in lot.certificates}) == len(lot.certificates)
            assert {level for _, level in lot.certificates} <= {"mandatory", "desirable"}
            assert lot.items


def test_daily_catering_asks_for_the_papers_of_the_law_at_its_time(plan: list[SeedTender]) -> None:
    seen = 0
    for t in plan:
        if t.category == "katering-harian":
            seen += 1
            asked = {code for code, level in t.lots[0].certificates if level == "mandatory"}
            assert {"NIB", "SLHS"} <= asked
            if t.closes_at.date() >= date(2026, 10, 18):
                assert "HALAL" in asked
    assert seen > 30


def test_a_text_that_names_halal_asks_for_halal(plan: list[SeedTender]) -> None:
    named = [t for t in plan if "halal" in t.text.lower()]
    assert len(named) > 10
    for t in named:
        assert ("HALAL", "mandatory") in t.lots[0].certificates


def test_summaries_have_at_most_fifty_words_and_texts_no_holes(plan: list[SeedTender]) -> None:
    for t in plan:
        assert 0 < len(t.summary.split()) <= 50
        assert "{" not in t.text + t.title
        assert t.title.strip() == t.title


def test_open_needs_include_what_most_small_suppliers_make(plan: list[SeedTender]) -> None:
    still_open = Counter(t.category for t in plan if t.stage == "open")
    assert still_open["katering-harian"] >= 5
    assert still_open["seragam-kerja"] >= 2
    assert still_open["laundry-seragam"] >= 2


def test_a_good_part_of_the_daily_needs_is_delivered_on_weekdays_and_says_so(plan: list[SeedTender]) -> None:
    daily = [t for t in plan if all(lot.pattern == "daily" for lot in t.lots)]
    weeks = Counter(t.lots[0].weekdays for t in daily)
    assert set(weeks) == {EVERY_DAY, 0b0011111, 0b0111111}
    assert min(weeks.values()) > len(daily) / 8
    for t in plan:
        assert len({lot.weekdays for lot in t.lots}) == 1
        said = "Hanya Senin sampai" in t.text
        assert said == (t.lots[0].weekdays != EVERY_DAY)
        assert "Hanya Senin sampai" in t.summary or not said


def test_deadlines_fall_on_working_days(plan: list[SeedTender]) -> None:
    assert all(t.closes_at.weekday() < 5 for t in plan)


def test_deliveries_payments_and_ratings_are_not_all_perfect(plan: list[SeedTender]) -> None:
    contracts = [t.contract for t in plan if t.contract]
    late = sum(c.late_payment_days > 0 for c in contracts) / len(contracts)
    assert 0.2 < late < 0.7
    assert all(0 < c.on_time_percent <= 100 and 90 <= c.accepted_percent <= 100 for c in contracts)
    ratings = Counter(c.rating for c in contracts)
    assert {3, 4, 5} <= set(ratings)
    assert all((t.contract.rating is None) == (t.outcome == "awarded") for t in plan if t.contract)


def test_every_factory_and_site_index_exists(plan: list[SeedTender], companies: tuple[SeedFactory, ...]) -> None:
    assert {t.buyer for t in plan} == set(range(12))
    for t in plan:
        site = companies[t.buyer].sites[t.site]
        assert t.delivery_point == site.delivery_point
