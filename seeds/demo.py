"""The demo city: registry, factories, people and two years of history, written in one go into an empty database.

The same seed and the same instant give the same city, but for what must differ by nature: ciphertexts, password hashes
and tender keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from random import Random

from sqlalchemy import func, insert, select, text

from marketplace.models import Base, db
from marketplace.models.businesses import Business
from marketplace.models.buyers import Buyer, Site
from marketplace.models.codes import CodeCounter
from marketplace.models.tenders import Tender
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.policy import Role
from marketplace.rules.tenders import LIVE_STATES, DeliveryPoint
from marketplace.services import tenders as tender_service
from seeds.city import businesses
from seeds.demo_budgets import Money
from seeds.demo_choice import write_choice
from seeds.demo_desk import write_desk
from seeds.demo_events import Chronicle
from seeds.demo_history import History
from seeds.demo_hours import write_hours
from seeds.demo_notices import write_notices
from seeds.demo_people import People
from seeds.demo_plans import write_plans
from seeds.demo_registry import moment, write_businesses
from seeds.demo_requests import Requests
from seeds.demo_training import write_training
from seeds.factories import SeedFactory, SeedTender, factories, history_plan

ACCOUNTS = {
    "pengadaan@demo.test": "petugas pengadaan pabrik",
    "penyetuju@demo.test": "penyetuju pabrik yang sama",
    "umkm@demo.test": "pemilik usaha katering",
    "dinkop@demo.test": "verifikator Dinkop (registri, verifikasi, klaim)",
    "petugas@demo.test": "petugas Dinkop (pelatihan, pengeluaran, impor)",
    "kepala@demo.test": "kepala Dinkop",
    "auditor@demo.test": "auditor",
    "admin@demo.test": "administrator",
}
"""The fixed addresses that `make run` prints, with what each is."""


OPENING = date(2024, 9, 2)
"""The invented market's first day, before the first tender of the history."""


class CityExists(RuntimeError):
    """The database already holds businesses; the demo city is written into an empty one only."""


@dataclass(frozen=True)
class _Place:
    """Where a demo account belongs."""

    role: Role
    buyer_id: int | None = None
    business_id: int | None = None


def write_city(suppliers: int, seed: int, at: datetime, password_hash: str) -> dict[str, int]:
    """Write the city as of `at`; every demo account gets `password_hash`. Returns how many rows of each kind.

    Needs the reference data. Raises CityExists. Never commits.
    """
    if not is_city_empty():
        raise CityExists("The database already holds businesses; the demo city needs an empty one.")
    today = jakarta_date(at)
    luck = Random(seed)
    chronicle = Chronicle()
    written = write_businesses(businesses(suppliers, seed, today), today, luck)
    plants = factories()
    _write_buyers(plants, chronicle)
    people = _write_people(plants, chronicle, password_hash)
    history = History(written, people, chronicle, luck, at)
    for story in _with_something_to_judge(history_plan(seed, today)):
        history.write(story)
    history.finish(plants)
    write_hours()
    money = Money(people, chronicle, Random(seed), history.code, at)
    cohorts = write_training(people, chronicle, money, Random(seed), at)
    money.finish()
    clerk = people.actors[(Role.CLERK, None, None)]
    Requests(chronicle, Random(seed), history.code, at).write(clerk, password_hash)
    write_notices(at)
    events = chronicle.write()
    _write_counters(history.codes, len(written), at)
    db.session.flush()
    _advance_sequences()
    write_choice(at)
    write_desk(Random(seed), at, password_hash)
    write_plans(at)
    return {"businesses": len(written), "buyers": len(plants), **history.counts(), "cohorts": cohorts, "events": events}


def keep_rankings() -> int:
    """Keep the ranking of every lot that is asked for at present, as publishing would have; needs the written city.

    Returns how many tenders. Never commits.
    """
    living = select(Tender).where(Tender.state.in_(list(LIVE_STATES))).order_by(Tender.id)
    tenders = list(db.session.scalars(living))
    for tender in tenders:
        tender_service.keep_rankings(tender, tender.published_at or tender.created_at)
    return len(tenders)


def _with_something_to_judge(stories: list[SeedTender]) -> list[SeedTender]:
    """The stories, three evaluations moved to the demo officer's factory: the two liveliest, so that there is something
    to try, and the dearest of the others, whose winners the approver is to decide on."""
    judged = [s for s in stories if s.stage == "evaluating" and s.buyer != 0]
    liveliest = sorted(judged, key=lambda s: (-len(s.bids), s.number))
    dearest = sorted(liveliest[2:], key=lambda s: (-_worth(s), s.number))
    moved = {s.number for s in (*liveliest[:2], *dearest[:1])}
    return [replace(s, buyer=0, site=0) if s.number in moved else s for s in stories]


def _worth(story: SeedTender) -> int:
    """Rupiah of a need at its ceiling prices."""
    return sum(lot.quantity * lot.ceiling_price for lot in story.lots)


def is_city_empty() -> bool:
    """Whether no business is registered yet."""
    return db.session.scalar(select(func.count()).select_from(Business)) == 0


def _write_buyers(plants: Sequence[SeedFactory], chronicle: Chronicle) -> None:
    born = moment(OPENING)
    for f in plants:
        buyer = Buyer(
            id=f.number,
            code=f"B-24-{f.number:04d}",
            name=f.name,
            industry=f.industry,
            npwp=f.npwp,
            address=f.address,
            approval_limit=f.approval_limit,
            payment_days=f.payment_days,
            local_pledge=f.pledge_percent,
            created_at=born,
        )
        buyer.sites = [
            Site(
                name=s.name,
                address=s.address,
                area_code=s.kelurahan_code,
                lat=s.lat,
                lon=s.lon,
                delivery_point=DeliveryPoint(s.delivery_point),
            )
            for s in f.sites
        ]
        db.session.add(buyer)
        db.session.flush()
        chronicle.note(born, "buyer.register", buyer)


def _write_people(plants: Sequence[SeedFactory], chronicle: Chronicle, password_hash: str) -> People:
    """The demo accounts, an officer and an approver for every other factory, and who they are to the history."""
    first = plants[0].number
    places = {
        "pengadaan": ("Rina Pengadaan", _Place(Role.OFFICER, buyer_id=first)),
        "penyetuju": ("Bambang Penyetuju", _Place(Role.APPROVER, buyer_id=first)),
        "pengamat": ("Yuni Pengamat", _Place(Role.VIEWER, buyer_id=first)),
        "umkm": ("Hj. Ratna Wulandari", _Place(Role.OWNER, business_id=1)),
        "staf": ("Dede Staf", _Place(Role.STAFF, business_id=1)),
        "petugas": ("Wati Petugas", _Place(Role.CLERK)),
        "dinkop": ("Agus Verifikator", _Place(Role.VERIFIER)),
        "kepala": ("Ibu Kepala Dinkop", _Place(Role.HEAD)),
        "auditor": ("Pak Auditor", _Place(Role.AUDITOR)),
        "admin": ("Admin Demo", _Place(Role.ADMIN)),
    }
    people = People(chronicle, moment(OPENING, 3))
    for mailbox, (name, place) in places.items():
        people.add(f"{mailbox}@demo.test", name, place.role, place.buyer_id, place.business_id, password_hash)
    for f in plants[1:]:
        people.add(f"pengadaan{f.number}@demo.test", f"Petugas {f.number}", Role.OFFICER, f.number, None, password_hash)
        people.add(
            f"penyetuju{f.number}@demo.test", f"Penyetuju {f.number}", Role.APPROVER, f.number, None, password_hash
        )
    return people


def _write_counters(codes: dict[tuple[str, int], int], businesses_written: int, at: datetime) -> None:
    """Set the counters behind the human codes past what the city used."""
    certificates = db.session.scalar(text("SELECT count(*) FROM certificates")) or 0
    year = jakarta_date(at).year
    used = {**codes, ("S", year): int(certificates), ("B", 2024): 12, ("U", year): businesses_written}
    db.session.execute(insert(CodeCounter), [{"prefix": p, "year": y, "last": n} for (p, y), n in used.items()])


def _advance_sequences() -> None:
    """On PostgreSQL, rows written with their ids leave the sequences behind; bring them up."""
    if db.session.get_bind().dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None and table.c.keys()[0] == column.name:
            db.session.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'),"  # noqa: S608  (own names)
                    f" (SELECT coalesce(max({column.name}), 0) + 1 FROM {table.name}), false)"
                    f" WHERE pg_get_serial_sequence('{table.name}', '{column.name}') IS NOT NULL"
                )
            )
