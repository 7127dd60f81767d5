"""The demo city is believable, repeatable, and nobody in it exists."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from seeds.city import SeedBusiness, businesses
from seeds.demo_tables import read_demo_capacities, read_demo_trades
from seeds.reference import read_areas, read_categories, read_certificate_types, read_requirements

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 24)
WHOLE = 34_000


@pytest.fixture(scope="module")
def city() -> list[SeedBusiness]:
    return businesses(WHOLE, 1, TODAY)


def test_34000_businesses_take_less_than_eight_seconds_of_work() -> None:
    def seconds() -> float:
        begun = time.process_time()
        assert len(businesses(WHOLE, 2, TODAY)) == WHOLE
        return time.process_time() - begun

    assert any(seconds() < 8 for _ in range(3))  # the usual 3 may be more while others use the machine


def test_the_same_seed_gives_the_same_city_and_another_seed_another(city: list[SeedBusiness]) -> None:
    assert businesses(WHOLE, 1, TODAY) == city
    assert businesses(500, 1, TODAY) == businesses(500, 1, TODAY)
    assert businesses(500, 1, TODAY)[1:] != businesses(500, 2, TODAY)[1:]


def test_the_city_does_not_depend_on_the_randomisation_of_hashes() -> None:
    code = (
        "import hashlib, datetime; from seeds.city import businesses;"
        "print(hashlib.sha256(repr(businesses(800, 5, datetime.date(2026, 1, 2))).encode()).hexdigest())"
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
        for salt in ("0", "1", "4242")
    }
    assert len(seen) == 1


@pytest.mark.parametrize("count", [1, 2, 60, 1234])
def test_a_city_has_exactly_as_many_businesses_as_asked(count: int) -> None:
    assert len(businesses(count, 3, TODAY)) == count


def test_a_city_without_businesses_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        businesses(0, 1, TODAY)


def test_the_tables_of_the_demo_fit_the_reference_tables() -> None:
    categories = {c.code: c.parent for c in read_categories()}
    assert {t.trade for t in read_demo_trades()} == {c for c, parent in categories.items() if parent is None}
    assert set(read_demo_capacities()) == {c for c, parent in categories.items() if parent}
    for trade in read_demo_trades():
        assert all(categories[code] for code, _ in trade.things), trade.trade


def test_numbers_are_unique_and_can_belong_to_nobody(city: list[SeedBusiness]) -> None:
    assert len({b.local_id for b in city}) == WHOLE
    assert len({b.nik for b in city}) == WHOLE
    nibs = [b.nib for b in city if b.nib]
    assert len(set(nibs)) == len(nibs)
    phones = [b.phone for b in city if b.phone]
    assert len(set(phones)) == len(phones)
    assert all(p.startswith("+628000") and len(p) == 14 for p in phones)
    assert all(n.startswith("0000") and len(n) == 13 and n.isdigit() for n in nibs)
    assert all(b.nik.startswith("367200") and len(b.nik) == 16 and b.nik.isdigit() for b in city)
    assert not any(a.kecamatan_code == "36.72.00" for a in read_areas())


def test_an_identity_number_carries_birth_date_and_gender(city: list[SeedBusiness]) -> None:
    for b in city:
        day = int(b.nik[6:8]) - (40 if b.gender == "P" else 0)
        assert (day, int(b.nik[8:10]), int(b.nik[10:12])) == (
            b.birth_date.day,
            b.birth_date.month,
            b.birth_date.year % 100,
        )


def test_owners_are_adults_and_mostly_women(city: list[SeedBusiness]) -> None:
    assert {b.gender for b in city} == {"L", "P"}
    assert 0.55 < sum(b.gender == "P" for b in city) / WHOLE < 0.7
    ages = [(TODAY - b.birth_date).days / 365.25 for b in city]
    assert min(ages) >= 18
    assert max(ages) < 80


def test_shares_of_states_and_papers_are_as_reported(city: list[SeedBusiness]) -> None:
    states = Counter(b.status for b in city)
    assert set(states) == {"registered", "active"}
    assert 0.52 < states["active"] / WHOLE < 0.56
    assert 0.43 < sum(b.nib is not None for b in city) / WHOLE < 0.47
    assert {b.sources for b in city} == {("dinkop",), ("sidt",), ("dinkop", "sidt")}
    assert 2_200 < sum(bool(b.certificates) for b in city) < 2_800
    assert 0.02 < sum(b.trained for b in city) / WHOLE < 0.07
    assert sum(b.kind == "koperasi" for b in city) == 60


def test_the_mix_of_trades_is_that_of_a_town_of_small_shops(city: list[SeedBusiness]) -> None:
    trades = Counter(b.trade for b in city)
    assert len(trades) == 51
    assert {code for code, _ in trades.most_common(3)} == {"sembako", "warung-makan", "snack-kue"}
    assert 550 < trades["catering"] < 650
    assert 450 < trades["seragam"] + trades["jahit-permak"] < 600
    assert 450 < trades["laundry"] < 550
    assert min(trades.values()) >= 40


def test_all_kelurahan_are_peopled_and_not_alike(city: list[SeedBusiness]) -> None:
    crowd = Counter(b.kelurahan_code for b in city)
    assert crowd.keys() == {a.code for a in read_areas()}
    assert max(crowd.values()) > 3 * min(crowd.values())


def test_every_business_stands_within_a_kilometre_of_its_kelurahan(city: list[SeedBusiness]) -> None:
    areas = {a.code: a for a in read_areas()}
    farthest = 0.0
    for b in city:
        area = areas[b.kelurahan_code]
        north = (b.lat - area.lat) * 111.195
        east = (b.lon - area.lon) * 111.195 * math.cos(math.radians(area.lat))
        farthest = max(farthest, math.hypot(north, east))
    assert 0.5 < farthest < 0.9


def test_sales_and_capital_lie_inside_the_class_of_pp_7_2021(city: list[SeedBusiness]) -> None:
    billion = 10**9
    sales = {"mikro": (0, 2 * billion), "kecil": (2 * billion, 15 * billion), "menengah": (15 * billion, 50 * billion)}
    capital = {"mikro": (0, billion), "kecil": (billion, 5 * billion), "menengah": (5 * billion, 10 * billion)}
    for b in city:
        assert sales[b.scale][0] < b.annual_sales <= sales[b.scale][1], b
        assert capital[b.scale][0] < b.capital <= capital[b.scale][1], b
    assert sum(b.scale == "mikro" for b in city) / WHOLE > 0.96


def test_texts_are_written_as_people_write(city: list[SeedBusiness]) -> None:
    texts = [b.activity for b in city]
    filled = [t for t in texts if t]
    assert 0.2 < 1 - len(filled) / WHOLE < 0.35
    assert 0.1 < sum(t.isupper() for t in filled) / len(filled) < 0.25
    assert len(set(filled)) > 8_000
    joined = " ".join(filled).lower()
    for sign in (" utk ", "dgn", " dll", "dodolan", "icalan", "gawe ", "rabeg", "sate bandeng"):
        assert sign in joined, sign
    names = Counter(b.name for b in city)
    assert len(names) > 20_000


def test_categories_belong_to_the_trade_or_to_a_neighbouring_one(city: list[SeedBusiness]) -> None:
    allowed = {t.trade: {code for code, _ in t.things} | {"simpan-pinjam"} for t in read_demo_trades()}
    for b in city:
        assert len(b.categories) <= 3
        assert set(b.categories) <= allowed[b.trade], b


def test_offerings_fit_the_scale_and_the_table(city: list[SeedBusiness]) -> None:
    table = read_demo_capacities()
    units = {c.code: c.unit for c in read_categories()}
    seen = 0
    for b in city:
        assert {o.category for o in b.offerings} <= set(b.categories)
        for o in b.offerings:
            row = table[o.category]
            seen += 1
            assert o.unit == units[o.category]
            assert 1 <= o.minimum_order <= o.capacity_per_day
            assert o.lead_days >= 1
            assert 0.9 * row.price_low - 1 <= o.price <= row.price_high
            if b.scale == "mikro":
                assert o.capacity_per_day <= row.micro_high, b
            else:
                assert o.capacity_per_day <= 1.8 * row.small_high, b
    assert seen > 4_000


def test_a_caterer_of_the_smallest_class_cooks_at_most_500_portions(city: list[SeedBusiness]) -> None:
    micro = [
        o.capacity_per_day for b in city for o in b.offerings if (o.category, b.scale) == ("katering-harian", "mikro")
    ]
    assert len(micro) > 150
    assert min(micro) >= 50
    assert max(micro) <= 500


PARENTS = {c.code: c.parent for c in read_categories()}
REQUIREMENTS = read_requirements()


def gates(b: SeedBusiness) -> set[str]:
    places = {b.trade, *b.categories, *(PARENTS[c] for c in b.categories)}
    return {
        r.certificate
        for r in REQUIREMENTS
        if r.level == "mandatory"
        and r.category in places
        and r.scale in ("all", b.scale)
        and (r.valid_from is None or r.valid_from <= TODAY)
        and (r.valid_until is None or r.valid_until >= TODAY)
    }


def held(b: SeedBusiness) -> set[str]:
    return {c.code for c in b.certificates if c.valid(TODAY)} | ({"NIB"} if b.nib else set())


def test_a_few_hundred_hold_everything_that_the_law_asks(city: list[SeedBusiness]) -> None:
    complete = [b for b in city if b.categories and b.certificates and gates(b) <= held(b)]
    assert 300 < len(complete) < 1_500
    caterers = [b for b in complete if b.trade == "catering"]
    assert len(caterers) > 100
    assert all({"NIB", "SLHS", "HALAL"} <= held(b) for b in caterers)


def test_some_certificates_have_expired_and_some_are_in_process(city: list[SeedBusiness]) -> None:
    papers = [c for b in city for c in b.certificates]
    expired = [c for c in papers if c.valid_until and c.valid_until < TODAY]
    waiting = [c for c in papers if c.number is None]
    assert len(expired) > 80
    assert len(waiting) > 100
    assert all(c.issued is None and c.expected and c.expected > TODAY and not c.valid(TODAY) for c in waiting)
    assert all(c.expected is None and c.issued and c.issued <= TODAY for c in papers if c.number)


def test_certificate_numbers_are_unique_and_of_the_right_shape(city: list[SeedBusiness]) -> None:
    types = {c.code: c for c in read_certificate_types()}
    numbers = [(c.code, c.number) for b in city for c in b.certificates if c.number]
    assert len(set(numbers)) == len(numbers)
    for code, number in numbers:
        pattern = types[code].number_pattern
        assert number is not None
        assert pattern is None or re.search(pattern, number), (code, number)


def test_nobody_holds_the_same_certificate_twice(city: list[SeedBusiness]) -> None:
    for b in city:
        assert len({c.code for c in b.certificates}) == len(b.certificates), b


def test_the_demo_caterer_comes_first_and_all_its_papers_last_a_year() -> None:
    for seed in (1, 2, 99):
        b = businesses(40, seed, TODAY)[0]
        assert b.trade == "catering"
        assert b.name == "Dapur Sekar Sagara"
        assert b.offerings[0].category == "katering-harian"
        assert b.offerings[0].capacity_per_day == 450
        assert gates(b) <= held(b)
        assert all(c.valid(TODAY + timedelta(days=366)) for c in b.certificates)
        area = next(a for a in read_areas() if a.code == b.kelurahan_code)
        assert area.kecamatan in ("Ciwandan", "Citangkil")
