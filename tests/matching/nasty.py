"""What no door may break on: empty, endless, foreign and malicious values, and values of no sense at all."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any, Final

from hypothesis import strategies as st

from matching.classify import TRADES
from matching.needs import ANY

TODAY: Final = dt.date(2026, 11, 24)
LONG: Final = 100_000

PIECES: Final = (
    "",
    " ",
    "nasi kotak",
    "katering 1.200 box/hari, 3 shift",
    "wajib halal",
    "mulai 31/2 s/d kemarin",
    "H-7",
    "jam 25.99",
    "1000000000000 box",
    "9" * 40,
    "-1",
    "1e309",
    "NaN",
    "selama 9999 tahun",
    "0 bulan sekali",
    "00/00/0000",
    "tgl 31",
    "'; DROP TABLE suppliers; --",
    '" OR 1=1 --',
    "<script>alert(1)</script>",
    "{{7*7}}",
    "%s%n",
    "../../etc/passwd",
    "\\x00",
    "\x00",
    "\x07\x1b[31m",
    "\r\n\t\v\f",
    "\u202eabc",
    "\ufeff",
    "\ud800",
    "😀👩‍👩‍👧‍👦",
    "ﬁ İ ß ｆｕｌｌ",
    "९९ ٣",
    "(" * 60,
    ")" * 60,
    "~" * 30,
    "a" * 300,
    "é" * 300,
    "oleh oleh-oleh",
    "=katering",
    "_",
    "-",
    "/",
    "@",
    "di Aa",
    "kirim ke",
)
WORDS: Final = st.one_of(
    st.sampled_from(PIECES), st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join)
)
ENDLESS: Final = st.sampled_from(("nasi kotak ", "1 ", "1-", "😀", "(", "a", "juta ", "jam 1 ", "usia 1 ", "5 kg "))
TEXTS: Final = st.one_of(WORDS, WORDS, WORDS, WORDS, ENDLESS.map(lambda piece: piece * (LONG // len(piece))))
# Also what is no text at all.
ODD: Final = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**18), 10**18),
    st.sampled_from([10**12, 10**12 + 1, 10**400, 0, -1, 2**63]),
    st.floats(),
    st.binary(max_size=5),
    st.dates(),
    st.datetimes(),
    st.lists(st.integers(), max_size=2),
    st.just({}),
    st.just(("x",)),
    WORDS,
)


def mostly(usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """What is usual, and now and then anything: one odd value hides all that lies behind it."""
    return st.integers(0, 19).flatmap(lambda draw: ODD if draw == 0 else usual)


IDS: Final = mostly(st.one_of(st.text(min_size=1, max_size=8), st.sampled_from(["a", "b", "'; --", "x" * 200])))
CODES: Final = st.one_of(st.sampled_from([*TRADES[:4], ANY, "bukan-kode", "CATERING", ""]), WORDS)
HELD: Final = mostly(st.tuples(st.sampled_from(["HALAL", "NIB"]), st.none() | st.dates(), st.none() | st.dates()))
COUNTS: Final = mostly(st.one_of(st.integers(0, 1000), st.integers(0, 10**12)))
DATES: Final = mostly(st.none() | st.dates() | st.just(TODAY))
DEGREES: Final = mostly(st.floats(-90, 90))
SHARES: Final = mostly(st.floats(0, 1))
KNOWN: Final = mostly(st.sampled_from([*TRADES[:6], ANY, "fine"]))


def some(fields: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """A few of the fields, the rest as they are by default."""
    return st.lists(st.sampled_from(sorted(fields)), max_size=4, unique=True).flatmap(
        lambda chosen: st.fixed_dictionaries({name: fields[name] for name in chosen})
    )


SUPPLIER: Final = {
    "name": mostly(TEXTS),
    "activity": mostly(TEXTS),
    "area": mostly(WORDS),
    "scale": mostly(st.sampled_from(["mikro", "kecil"])),
    "products": mostly(st.lists(WORDS, max_size=3).map(tuple)),
    "lat": DEGREES,
    "lon": DEGREES,
    "categories": mostly(st.lists(mostly(st.sampled_from(TRADES[:4])), max_size=25).map(tuple)),
    "certificates": mostly(st.lists(HELD, max_size=3)),
    "capacity": mostly(st.dictionaries(CODES, COUNTS, max_size=3)),
    "prices": mostly(st.dictionaries(CODES, COUNTS, max_size=3)),
    "active": mostly(st.booleans()),
    "registered": mostly(st.booleans()),
    "verified": ODD,
    "debarred_until": DATES,
    "deliveries_total": COUNTS,
    "deliveries_on_time": mostly(st.just(0)),
    "quantity_accepted_share": SHARES,
    "rating_sum": mostly(st.just(0.0)),
    "rating_count": mostly(st.integers(0, 9)),
}
NEED: Final = {
    "category": KNOWN,
    "quantity_per_day": COUNTS,
    "unit": mostly(WORDS),
    "start": DATES,
    "end": mostly(st.just(dt.date.max)),
    "today": DATES,
    "required": mostly(st.lists(CODES, max_size=25).map(tuple)),
    "desired": mostly(st.lists(CODES, max_size=3).map(tuple)),
    "lat": DEGREES,
    "lon": DEGREES,
    "max_km": mostly(st.floats(0, 1e5)),
    "split": mostly(st.booleans()),
    "min_share": COUNTS,
    "ceiling_price": COUNTS,
}
PAIRS: Final = st.lists(st.tuples(mostly(WORDS), mostly(TEXTS)), max_size=3)
REGISTER: Final = st.lists(st.tuples(IDS, some(SUPPLIER)), max_size=5)
CELL: Final = st.one_of(
    st.sampled_from(PIECES),
    st.text(max_size=20),
    COUNTS.map(str),
    DATES.map(str),
    CODES,
    st.just("HALAL:2020-01-01;X:;"),
)
COLUMNS: Final = {
    "s": [
        "id",
        "name",
        "activity",
        "products",
        "category",
        "lat",
        "lon",
        "certificates",
        "capacity_per_day",
        "price",
        "active",
        "registered",
        "verified",
        "debarred_until",
        "scale",
        "deliveries_total",
        "deliveries_on_time",
        "quantity_accepted_share",
        "rating",
        "rating_count",
        "area",
    ],
    "n": [
        "id",
        "text",
        "category",
        "quantity_per_day",
        "unit",
        "start",
        "end",
        "certificates",
        "desired",
        "lat",
        "lon",
        "max_km",
        "split",
        "min_share",
        "ceiling_price",
        "today",
    ],
}


@st.composite
def table(draw: st.DrawFn, kind: str) -> str:
    """A table with some columns, sometimes unquoted, sometimes ragged, sometimes with an endless cell."""
    header = draw(st.lists(st.sampled_from(COLUMNS[kind]), min_size=1, max_size=8, unique=True))
    if draw(st.booleans()):
        header = ["id", "name" if kind == "s" else "text", *(c for c in header if c not in ("id", "name", "text"))]
    rows = draw(st.lists(st.lists(CELL, min_size=len(header), max_size=len(header) + 1), max_size=5))
    if rows and draw(st.integers(0, 9)) == 0:
        rows[0][-1] = draw(ENDLESS) * 5_000
    out = io.StringIO()
    if draw(st.booleans()):
        csv.writer(out).writerows([header, *rows])
    else:
        out.write("\n".join(",".join(cells) for cells in (header, *rows)))
    return out.getvalue()


BID: Final = {"id": IDS, "price": COUNTS, "quantity_per_day": COUNTS, "min_quantity": COUNTS}
PROBLEM: Final = st.one_of(
    ODD,
    st.fixed_dictionaries(
        {},
        optional={
            "quantity_per_day": COUNTS,
            "max_suppliers": COUNTS,
            "min_share": COUNTS,
            "bids": st.lists(st.fixed_dictionaries({}, optional=BID), max_size=4),
        },
    ),
)
