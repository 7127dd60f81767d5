"""A list's column of capacities: stated in the business's trade, never over what its owner or Dinkop says."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.business_checks import BusinessCheck
from marketplace.models.businesses import Business, CapacityDay, Offering
from marketplace.models.registry import RegistryImport
from marketplace.reads import registry as reading
from marketplace.rules.business_checks import Fact
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.policy import Role
from marketplace.rules.registry import Source
from tests.factories import accounts, businesses
from tests.factories.registry import csv_of, imported

TITLES = [
    "Nama Usaha",
    "Nama Pemilik",
    "NIB",
    "Kelurahan",
    "Kode KBLI",
    "Kegiatan Usaha",
    "Kapasitas produksi per hari",
]


def listed(at: datetime, *capacities: Any, activity: str = "katering nasi box") -> RegistryImport:
    """Dinkop's list with one caterer for each capacity, imported."""
    rows = [
        [f"Dapur Contoh {n}", f"Siti Contoh {n}", f"{n:013d}", "Jombang Wetan", "", activity, told]
        for n, told in enumerate(capacities, start=501)
    ]
    return imported(csv_of([TITLES, *rows]), at, Source.DINKOP)


def offered(name: str = "Dapur Contoh 501") -> list[tuple[str, int | None]]:
    query = select(Offering).join(Business).where(Business.name == name).order_by(Offering.id)
    return [
        (one.category_code, None if one.capacity_per_day is None else int(one.capacity_per_day))
        for one in db.session.scalars(query)
    ]


def faults(of: RegistryImport, line: int = 2) -> list[str]:
    row, _ = reading.row_of(of, line) or (None, None)
    assert row is not None
    return [fault[0] for fault in row.faults if fault[1] == "capacity"]


def counts(of: RegistryImport) -> tuple[int, int, int, int]:
    return of.new_count, of.changed_count, of.unchanged_count, of.rejected_count


def known(**more: Any) -> Business:
    return businesses.business("Dapur Contoh 501", nib=f"{501:013d}", owner_name="Siti Contoh 501", **more)


def test_a_listed_capacity_is_offered_in_the_trade_and_twice_changes_nothing(app: Flask, at: datetime) -> None:
    assert counts(listed(at, "120", "80 / hari", "")) == (3, 0, 0, 0)
    assert offered() == [("catering", 120)]
    assert offered("Dapur Contoh 502") == [("catering", 80)]
    assert offered("Dapur Contoh 503") == []
    assert counts(listed(at, "120", "80 / hari", "")) == (0, 0, 3, 0)
    assert offered() == [("catering", 120)]


def test_a_corrected_list_is_followed_while_nobody_else_has_spoken(app: Flask, at: datetime) -> None:
    listed(at, 1000)
    of = listed(at, 100)
    assert counts(of) == (0, 1, 0, 0)
    assert offered() == [("catering", 100)]
    row, _ = reading.row_of(of, 2) or (None, None)
    assert row is not None
    assert row.changes == {"capacity": [1000, 100]}


@pytest.mark.parametrize("wrong", ["-5", "1000001", "99999999999"])
def test_a_negative_or_absurd_capacity_refuses_its_own_row(app: Flask, at: datetime, wrong: str) -> None:
    of = listed(at, wrong, "70")
    assert counts(of) == (1, 0, 0, 1)
    assert faults(of) == ["negative" if wrong.startswith("-") else "number_huge"]
    assert offered("Dapur Contoh 502") == [("catering", 70)]


@pytest.mark.parametrize("unclear", ["50 kg", "3000 per bulan", "tergantung pesanan"])
def test_a_capacity_in_another_unit_is_told_and_not_used(app: Flask, at: datetime, unclear: str) -> None:
    of = listed(at, unclear)
    assert counts(of) == (1, 0, 0, 0)
    assert faults(of) == ["capacity_unit"]
    assert offered() == []


def test_zero_states_nothing(app: Flask, at: datetime) -> None:
    assert faults(listed(at, 0)) == []
    assert offered() == []


def test_a_capacity_without_a_known_trade_is_told(app: Flask, at: datetime) -> None:
    of = listed(at, 40, activity="")
    made = db.session.scalars(select(Business).where(Business.name == "Dapur Contoh 501")).one()
    assert made.trade_code is None or offered() == [(made.trade_code, 40)]
    assert (made.trade_code is None) == (faults(of) == ["capacity_trade"])


def test_what_the_owner_states_is_never_overwritten(app: Flask, at: datetime) -> None:
    known(claimed_at=at, capacity=500)
    db.session.commit()
    of = listed(at, 120)
    assert offered() == [("katering-harian", 500)]
    assert faults(of) == ["kept_on_file"]


def test_an_owner_who_keeps_to_what_the_list_said_is_not_overwritten_either(app: Flask, at: datetime) -> None:
    listed(at, 120)
    db.session.scalars(select(Business).where(Business.name == "Dapur Contoh 501")).one().claimed_at = at
    db.session.commit()
    assert faults(listed(at, 90)) == ["kept_on_file"]
    assert offered() == [("catering", 120)]


def test_what_dinkop_checked_is_not_overwritten(app: Flask, at: datetime) -> None:
    listed(at, 120)
    made = db.session.scalars(select(Business).where(Business.name == "Dapur Contoh 501")).one()
    db.session.add(
        BusinessCheck(
            business_id=made.id,
            fact=Fact.CAPACITY,
            category_code="catering",
            text="120",
            checked_at=at,
            checked_by_id=accounts.member(Role.CLERK).id,
        )
    )
    db.session.commit()
    assert faults(listed(at, 90)) == ["kept_on_file"]
    assert offered() == [("catering", 120)]


def test_an_offering_without_a_capacity_is_filled_and_its_days_follow(app: Flask, at: datetime) -> None:
    made = known(claimed_at=at, capacity=None)
    later = jakarta_date(at) + timedelta(days=20_000)  # (the import runs by the clock of the day)
    db.session.add(CapacityDay(business_id=made.id, trade_code="catering", day=later, declared=0, limited_to=50))
    db.session.commit()
    of = listed(at, 120)
    assert offered() == [("katering-harian", 120)]
    assert faults(of) == []
    assert db.session.scalars(select(CapacityDay.declared)).one() == 50


def test_two_lines_about_one_business_state_one_capacity(app: Flask, at: datetime) -> None:
    line = ["Dapur Contoh 501", "Siti Contoh 501", f"{501:013d}", "Jombang Wetan", "", "katering nasi box"]
    imported(csv_of([TITLES, [*line, 60], [*line, 65]]), at, Source.DINKOP)
    assert offered() == [("catering", 60)]
