"""The people of the story and what they know of one another: who buys, who sells, for which need."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from marketplace.cli.transactions import transaction
from marketplace.models import db
from marketplace.models.businesses import Business
from marketplace.rules.policy import SYSTEM, Role
from marketplace.services import accounts
from tests.browser.houses import MORNING, PASSWORD, House
from tests.browser.windows import Opens, Window

TEXT = "katering makan siang 1.200 box per hari, 3 shift, mulai 1 Maret selama 6 bulan, wajib halal"
TITLE = "Makan siang tiga shift, 1.000 porsi per hari"
CATERER = "Dapur Sekar Sagara"
DEADLINE = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
"""Tuesday 1 December 2026, 16.00 in Jakarta: a week after MORNING."""
FIRST_DAY = datetime(2027, 3, 1, 1, 0, tzinfo=UTC)
"""Monday 1 March 2027, 08.00 in Jakarta."""


@dataclass
class Story:
    """Four people, two of them at a desk and two with a phone, and one need."""

    house: House
    opens: Opens
    officer: Window
    approver: Window
    owner: Window
    code: str = ""
    rivals: dict[str, str] = field(default_factory=dict)
    """Name and e-mail address of other businesses' owners."""
    awarded: bool = False
    contract: str = ""
    delivery: str = ""
    invoice: str = ""

    @property
    def need(self) -> str:
        """Where the need stands."""
        return f"/kebutuhan/{self.code}"


def owner_of(house: House, business_code: str) -> str:
    """The e-mail address of a new owner of a registered business."""
    address = f"pemilik.{business_code.lower()}@contoh.test"
    with house.app.app_context(), transaction():
        business = db.session.query(Business).filter_by(code=business_code).one()
        person = accounts.make_user("Pemilik Lain", MORNING, email=address)
        accounts.set_password(person, PASSWORD, SYSTEM, MORNING)
        accounts.add_membership(person, Role.OWNER, SYSTEM, MORNING, business=business)
    return address


def mentions(house: House, price: int) -> int:
    """How many values in the whole database are this number or have it in them, as digits or as rupiah are written."""
    with closing(sqlite3.connect(house.folder / "city.db")) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [row for name in names for row in connection.execute(f"SELECT * FROM {name}")]
    return sum(tells(value, price) for row in rows for value in row)


def tells(value: object, price: int) -> bool:
    """Whether a value is this number or has it in it.

    Digits inside a longer word of letters and digits are none: fingerprints and tokens hold every number of five digits
    once in a while by chance. "Rp" may stand before it.
    """
    if isinstance(value, str | bytes):
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        written = "|".join((str(price), f"{price:,}".replace(",", "[.,]")))
        return re.search(rf"(?<![0-9A-Za-z])(?<![0-9]\.)(?:Rp)?(?:{written})(?![0-9A-Za-z])", text) is not None
    return value == price


def pass_deadline(house: House) -> None:
    """Move the clock past the deadline and the seconds in which the queue drains."""
    house.clock.move_to(DEADLINE + timedelta(seconds=10))
