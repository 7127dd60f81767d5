"""Random businesses, needs and promises for hypothesis."""

from __future__ import annotations

import datetime as dt
import random

from hypothesis import strategies as st

from matching.needs import ANY, SCALES, Held, Need, Supplier

PARENTS = {"catering_daily": "catering", "catering_event": "catering", "uniform_garment": "seragam"}
CODES = ("catering", "catering_daily", "catering_event", "seragam", "uniform_garment", "jahit-permak", "laundry", ANY)
CERTIFICATES = ("HALAL", "SLHS", "HACCP", "NIB")
TEXTS = (
    "",
    "katering nasi kotak dan prasmanan",
    "nasi box murah",
    "warung makan soto dan bakso",
    "konveksi seragam kerja",
    "penjahit permak baju",
    "laundry kiloan pakaian",
    "jual sembako dan telur",
    "xyz qqq",
    "produksi tempe dan tahu",
)
DAY = dt.date(2026, 3, 1)

days = st.integers(-60, 60).map(lambda n: DAY + dt.timedelta(days=n))
maybe_days = st.none() | days
flags = st.sampled_from([None, True, True, True, False])
texts = st.sampled_from(TEXTS)
held = st.builds(Held, st.sampled_from(CERTIFICATES), maybe_days, maybe_days)
figures = st.dictionaries(st.sampled_from(CODES), st.integers(0, 2000), max_size=3)
places = st.none() | st.tuples(st.integers(-610, -590), st.integers(10590, 10610))


@st.composite
def supplier(draw: st.DrawFn, identifier: str) -> Supplier:
    place = draw(places)
    deliveries = draw(st.sampled_from([0, 0, 1, 7, 300]))
    ratings = draw(st.sampled_from([0, 1, 12]))
    return Supplier(
        id=identifier,
        name=draw(texts),
        activity=draw(texts),
        products=tuple(draw(st.lists(texts, max_size=2))),
        categories=tuple(draw(st.lists(st.sampled_from(CODES[:-1]), max_size=3, unique=True))),
        lat=None if place is None else place[0] / 100,
        lon=None if place is None else place[1] / 100,
        certificates=draw(st.none() | st.lists(held, max_size=4).map(tuple)),
        capacity=draw(st.none() | figures),
        active=draw(flags),
        registered=draw(flags),
        debarred_until=draw(st.sampled_from([None, None, None, DAY, DAY - dt.timedelta(1)])),
        scale=draw(st.sampled_from([None, *SCALES])),
        deliveries_total=deliveries,
        deliveries_on_time=draw(st.integers(0, deliveries)),
        quantity_accepted_share=draw(st.none() | st.sampled_from([0.0, 0.5, 1.0])),
        rating_sum=ratings * draw(st.sampled_from([1.0, 3.5, 5.0])),
        rating_count=ratings,
        prices=draw(figures),
    )


def city(count: int, seed: int) -> list[Supplier]:
    """So many businesses of the same kinds at once: more than go through the gates together, many of them alike."""
    pick = random.Random(seed)
    found = []
    for number in range(count):
        place = (
            (pick.randint(-610, -590) / 100, pick.randint(10590, 10610) / 100) if pick.random() < 0.9 else (None, None)
        )
        deliveries = pick.choice([0, 0, 1, 7, 300])
        ratings = pick.choice([0, 1, 12])
        some = [
            Held(pick.choice(CERTIFICATES), *(DAY + dt.timedelta(pick.randint(-60, 60)) for _ in range(2)))
            for _ in range(pick.randint(0, 3))
        ]
        found.append(
            Supplier(
                id=f"B-{number}",
                name=pick.choice(TEXTS),
                activity=pick.choice(TEXTS),
                categories=tuple(pick.sample(CODES[:-1], pick.choice([0, 1, 1, 2]))),
                lat=place[0],
                lon=place[1],
                certificates=pick.choice([None, (), tuple(some), tuple(some)]),
                capacity={code: pick.randint(0, 2000) for code in pick.sample(CODES, pick.choice([0, 1, 2]))} or None,
                active=pick.choice([None, True, True, True, False]),
                registered=pick.choice([None, True, True, True, True]),
                debarred_until=pick.choice([None] * 8 + [DAY, DAY - dt.timedelta(1)]),
                deliveries_total=deliveries,
                deliveries_on_time=pick.randint(0, deliveries),
                quantity_accepted_share=pick.choice([None, 0.0, 0.5, 1.0]),
                rating_sum=ratings * pick.choice([1.0, 3.5, 5.0]),
                rating_count=ratings,
                prices={code: pick.randint(0, 2000) for code in pick.sample(CODES, pick.choice([0, 1, 2]))},
            )
        )
    return found


@st.composite
def need(draw: st.DrawFn) -> Need:
    place = draw(places)
    start = draw(maybe_days)
    length = draw(st.none() | st.integers(0, 40))
    end = start + dt.timedelta(days=length) if start is not None and length is not None else None
    return Need(
        id=draw(st.sampled_from(["K-26-0001", "K-26-0002"])),
        text=draw(texts),
        category=draw(st.none() | st.sampled_from(CODES[:-1])),
        quantity_per_day=draw(st.none() | st.integers(0, 1500)),
        unit="porsi",
        start=start,
        end=end,
        required=tuple(draw(st.lists(st.sampled_from([*CERTIFICATES, "NONE"]), max_size=3, unique=True))),
        desired=tuple(draw(st.lists(st.sampled_from([*CERTIFICATES, "NONE"]), max_size=3, unique=True))),
        lat=None if place is None else place[0] / 100 + 0.0005,
        lon=None if place is None else place[1] / 100 + 0.0005,
        max_km=draw(st.none() | st.sampled_from([0.0, 1.0, 5.05, 12.35])),
        split=draw(st.booleans()),
        min_share=draw(st.none() | st.integers(0, 300)),
        ceiling_price=draw(st.none() | st.integers(1, 2000)),
        today=draw(st.none() | st.just(DAY)),
    )


@st.composite
def market(draw: st.DrawFn) -> tuple[list[Supplier], list[Supplier], list[str]]:
    """Businesses to build with, then ones to update or add, then ids to remove."""
    first = [draw(supplier(f"B-{i}")) for i in range(draw(st.integers(0, 7)))]
    later = [draw(supplier(f"B-{i}")) for i in draw(st.lists(st.integers(4, 10), max_size=3, unique=True))]
    gone = draw(st.lists(st.sampled_from([f"B-{i}" for i in range(11)]), max_size=2, unique=True))
    return first, later, gone


promises = st.dictionaries(st.sampled_from([f"B-{i}" for i in range(12)]), st.integers(0, 900), max_size=3)
