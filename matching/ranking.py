"""The ranking of one need: gates, scores, explanation, near misses and supply in one pass."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import repeat
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from . import explain, facts, kernel
from .errors import BadInput
from .facts import HOME, ID_FROM, ID_TO, WIDTH, Row
from .gates import FIRST_CERTIFICATE, GateCount, Miss, failed
from .index import TAIL_LIMIT, Index, View
from .needs import MAX_QUANTITY, Need
from .policy import COMPONENTS, DEFAULT, Policy
from .query import Asked, ask
from .register import CERTIFICATES_UNKNOWN, DECLARED, STATUS_UNKNOWN
from .supplies import Panel, Relaxation, Supply, days_of, panel
from .telling import Part, Telling, parts_of

MAX_TOP: Final = 1_000_000
PAGE: Final = 25
"""So many matches are put into words together."""
AT_ONCE: Final = 2000
"""Up to so many matches and near misses are ranked and told in one compiled call."""
_NONE: Final[NDArray[np.int64]] = np.zeros(0, np.int64)
_NO_TABLE: Final[NDArray[np.float64]] = np.zeros((0, WIDTH))

Calendar = Mapping[dt.date, int]
Promised = Mapping[str, int | Calendar]
"""Units a day promised already, by business: the same on every day of the window, or day by day."""


class Page:
    """Matches that are put into words together, when the first of them is looked at; facts by column."""

    __slots__ = ("_parts", "columns", "telling")

    def __init__(self, columns: list[list[float]], telling: Telling) -> None:
        self.columns = columns
        self.telling = telling
        self._parts: list[tuple[Part, ...]] | None = None

    def row(self, at: int) -> Row:
        """The facts of one match."""
        return [column[at] for column in self.columns]

    def parts(self, at: int) -> tuple[Part, ...]:
        """The parts of one match's score."""
        if self._parts is None:
            self._parts = parts_of(self.columns, self.telling)
        return self._parts[at]


class Match:
    """One ranked business. ``sum(part.points for part in parts) == score`` exactly.

    Parts and assumptions are put into words when they are first looked at.
    """

    __slots__ = ("_page", "rank", "score", "supplier_id")

    def __init__(self, supplier_id: str, rank: int, score: float, page: Page) -> None:
        self.supplier_id = supplier_id
        self.rank = rank
        self.score = score
        self._page = page

    @property
    def parts(self) -> tuple[Part, ...]:
        """The components that this need gives meaning to, in the order of `COMPONENTS`."""
        return self._page.parts((self.rank - 1) % PAGE)

    @property
    def assumed(self) -> tuple[str, ...]:
        """What was assumed because it is not known, one sentence each."""
        return assumptions_of(self._page.row((self.rank - 1) % PAGE), self._page.telling)

    @property
    def km(self) -> float | None:
        """Distance to the need's place in km; None when not known."""
        km = self._page.columns[facts.KM][(self.rank - 1) % PAGE]
        return None if math.isnan(km) else km

    @property
    def free_per_day(self) -> int | None:
        """Units a day free in the window; None when capacity is not known."""
        free = int(self._page.columns[facts.FREE][(self.rank - 1) % PAGE])
        return None if free < 0 else free

    def __repr__(self) -> str:
        return f"Match({self.supplier_id!r}, rank={self.rank}, score={self.score:.4f})"


class NearMiss:
    """A business that fails exactly one or two gates (debarment aside)."""

    __slots__ = ("_misses", "_row", "_telling", "score", "supplier_id")

    def __init__(self, supplier_id: str, row: Row, telling: Telling) -> None:
        self.supplier_id = supplier_id
        self.score = row[facts.SCORE]
        self._row = row
        self._telling = telling
        self._misses: tuple[Miss, ...] | None = None

    @property
    def misses(self) -> tuple[Miss, ...]:
        """The one or two gates it fails, each with its reason."""
        if self._misses is None:
            self._misses = misses_of(self._row, self._telling)
        return self._misses

    def __repr__(self) -> str:
        return f"NearMiss({self.supplier_id!r}, {self.misses!r}, score={self.score:.4f})"


class Found(NamedTuple):
    """What one pass found: a row of facts for each of the best, then of the near misses."""

    table: NDArray[np.float64]
    chosen: int
    names: tuple[memoryview, memoryview]
    tally: NDArray[np.int64]
    totals: NDArray[np.int64]

    def read(self, low: int, high: int) -> tuple[list[str], list[list[float]]]:
        """Ids of the rows from ``low`` to ``high``, and their facts column by column."""
        columns: list[list[float]] = self.table[low:high].T.tolist()
        base, tail = self.names
        places = zip(columns[HOME], columns[ID_FROM], columns[ID_TO], strict=True)
        return [(tail if home else base)[int(a) : int(b)].tobytes().decode() for home, a, b in places], columns


class Ranking:
    """The answer to a need; all of it comes from one pass over the index.

    Facts become records and sentences when they are first looked at.
    """

    def __init__(self, found: Found, telling: Telling, more: tuple[int, ...] = ()) -> None:
        self.need_id: str = telling.need.id
        self._found = found
        self._more = more
        self._telling = telling

    @cached_property
    def matches(self) -> tuple[Match, ...]:
        """Those who pass every gate, best first."""
        matches: list[Match] = []
        for first in range(0, self._found.chosen, PAGE):
            ids, columns = self._found.read(first, min(first + PAGE, self._found.chosen))
            page = Page(columns, self._telling)
            places = range(first + 1, first + len(ids) + 1)
            matches += map(Match, ids, places, columns[facts.SCORE], repeat(page))
        return tuple(matches)

    @cached_property
    def near(self) -> tuple[NearMiss, ...]:
        """Those just outside."""
        ids, columns = self._found.read(self._found.chosen, len(self._found.table))
        rows = zip(*columns, strict=True)
        return tuple([NearMiss(i, list(row), self._telling) for i, row in zip(ids, rows, strict=False)])

    @cached_property
    def _panel(self) -> Panel:
        telling, found = self._telling, self._found
        return panel(telling.need, telling.required, found.tally, found.totals[: kernel.KEPT], telling.lang, self._more)

    @property
    def gates(self) -> tuple[GateCount, ...]:
        """How each gate sorts those looked at."""
        return self._panel.gates

    @property
    def supply(self) -> Supply:
        """What the market can do for the need."""
        return self._panel.supply

    @property
    def relaxations(self) -> tuple[Relaxation, ...]:
        """Which single condition made easier would add how many."""
        return self._panel.relaxations

    def __repr__(self) -> str:
        return f"Ranking({self.need_id!r}, {len(self.matches)} matches, {len(self.near)} near)"


def rank(
    index: Index,
    need: Need,
    policy: Policy = DEFAULT,
    top: int = 20,
    promised: Promised | None = None,
    lang: str = "id",
) -> Ranking:
    """Rank the businesses of ``index`` for ``need``; at most ``top``, best first.

    ``promised``: units a day of the need's category that a business has already
    promised in the window, by id, or a calendar of them by day, of which the fullest
    day of the window counts; ids not in the index are ignored. Equals take turns as
    `exposure` says. Raises `BadInput` naming the field.
    """
    if isinstance(top, bool) or not isinstance(top, int) or not 0 <= top <= MAX_TOP:
        raise BadInput("top", "out_of_range")
    explain.check_language(lang)
    asked = ask(index, need, policy)
    taken, calendars = _fullest(need, promised or {})
    found = answer(index, asked, taken, policy.near_misses, min(top, index.size))
    return Ranking(found, Telling(need, asked, lang), _by_day(index, need, asked, taken, calendars))


def supply(
    index: Index,
    need: Need,
    promised: Promised | None = None,
    policy: Policy = DEFAULT,
    lang: str = "id",
) -> Panel:
    """Only the counts of `rank`: who could supply, gates and relaxations; no scores."""
    explain.check_language(lang)
    asked = ask(index, need, policy, scored=False)
    taken, calendars = _fullest(need, promised or {})
    found = answer(index, asked, taken, 0, 0)
    more = _by_day(index, need, asked, taken, calendars)
    return panel(need, asked.required, found.tally, found.totals[: kernel.KEPT], lang, more)


def rank_all(
    index: Index, needs: Iterable[Need], policy: Policy = DEFAULT, top: int = 20, lang: str = "id"
) -> list[Ranking]:
    """`rank` for every need, in their order."""
    return [rank(index, need, policy, top, None, lang) for need in needs]


# -- the pass -----------------------------------------------------------------


def answer(
    index: Index, asked: Asked, promised: Mapping[str, int] | None = None, near: int = 20, top: int = 20
) -> Found:
    """Walk the base, and the tail where there is one; choose and tell the facts."""
    view = index.view
    base, tail = view.base, view.tail
    kept = _work(index, view)
    work = kept._replace(promised=_promises(view, promised, kept.text.size)) if promised else kept
    counts = kernel.Counts(
        np.zeros((3, FIRST_CERTIFICATE + len(asked.required)), np.int64),
        np.zeros(12, np.int64),
        np.empty(near, np.int64),
        np.empty(near, np.int32),
        np.empty(top, np.int64),
        np.zeros(top + 2, np.int32),
        np.empty(top + near, np.int32),
    )
    if tail.size or top + near > AT_ONCE:
        table = _answer_in_steps(view, asked.query, work, counts)
    else:
        room = np.empty((top + near, WIDTH))
        given = base, view.postings, asked.query, work, counts, room
        if view.enter is None:
            view.enter = kernel.direct(kernel.answer, *given)
        table = room[: view.enter(*given)]
    index.scratches.append(kept)
    names = base.id_bytes.data, tail.id_bytes.data
    chosen = int(counts.totals[kernel.CHOSEN])
    return Found(table, chosen, names if base.size else names[::-1], counts.tally, counts.totals)


def _answer_in_steps(view: View, query: kernel.Query, work: kernel.Work, counts: kernel.Counts) -> NDArray[np.float64]:
    """The same for base and tail together, or for lists of any length; the table of facts."""
    parts = [(view.base, view.postings, work)]
    if view.tail.size:
        parts.append((view.tail, view.tail_postings, _behind(view, work)))
    for register, postings, part in parts:
        kernel.answer(register, postings, query, part, counts, _NO_TABLE)
    found = kernel.choose(view.base, view.tail, query, work, counts)
    table = np.empty((found, WIDTH))
    for register, postings, part in parts:
        if found:
            kernel.explain(register, query, part, counts.chosen, table)
        kernel.forget(postings, query.terms, part.text)
    return table


def _behind(view: View, work: kernel.Work) -> kernel.Work:
    """The same working memory as seen from the first row of the tail."""
    first = view.base.size
    return work._replace(text=work.text[first:], promised=work.promised[first:], first=first)


def _work(index: Index, view: View) -> kernel.Work:
    """Working memory that no other thread is using; made larger when the tail has grown."""
    rows = view.base.size + view.tail.size
    while index.scratches:
        try:
            work: kernel.Work = index.scratches.pop()
        except IndexError:  # another thread took the last one
            break
        if work.text.size >= rows:
            return work
    size = max(rows, view.base.size + TAIL_LIMIT + 1)
    return kernel.Work(
        text=np.zeros(size, np.float32),
        promised=_NONE,
        strays=np.empty(size, np.int32),
        slots=np.empty(size, np.int32),
        scores=np.empty(size, np.int64),
        room=np.empty((kernel.BOUND + 1, kernel.PIECE), np.float32),
        marks=np.empty((kernel.PICKED + 1, kernel.PIECE), np.int32),
        free=np.empty(kernel.PIECE, np.int64),
        first=0,
    )


def _fullest(need: Need, promised: Promised) -> tuple[dict[str, int], dict[str, Calendar]]:
    """Units promised on the fullest day of the window by business, and the calendars among them."""
    calendars = {i: units for i, units in promised.items() if isinstance(units, Mapping)}
    taken = {i: units for i, units in promised.items() if not isinstance(units, Mapping)}
    window = need.window()
    for supplier_id, calendar in calendars.items():
        if any(isinstance(day, dt.datetime) or not isinstance(day, dt.date) for day in calendar):
            raise BadInput("promised", "not_a_date")
        within = [n for day, n in calendar.items() if window is not None and window[0] <= day <= window[1]]
        taken[supplier_id] = max((_units(n) for n in within), default=0)
    return taken, calendars


def _by_day(
    index: Index, need: Need, asked: Asked, taken: Mapping[str, int], calendars: Mapping[str, Calendar]
) -> tuple[int, ...]:
    """What those with a calendar have free on each day of the window beyond what they have on their fullest day."""
    window, days = need.window(), days_of(need)
    if not calendars or window is None or not days:
        return ()
    view, first = index.view, window[0]
    more = [0] * days
    for supplier_id, calendar in calendars.items():
        slot, most = view.slot(supplier_id), taken[supplier_id]
        row = assess(index, view, asked, slot, most) if slot >= 0 and most else None
        if row is None or row[facts.FAILS] or row[facts.FREE] < 0 or not _looked_at(row):
            continue
        more = [units + most for units in more]
        for day, units in calendar.items():
            if window[0] <= day <= window[1]:
                more[(day - first).days] -= units
    return tuple(more)


def _looked_at(row: Row) -> bool:
    """Whether a business is of the trade, or next to it, or has a word in common with the need."""
    return row[facts.TRADE] > 0.0 or row[facts.WORDS] > 0.0 or row[facts.VALUES + 1] > 0.0


def _units(amount: object) -> int:
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise BadInput("promised", "not_a_number")
    if not 0 <= amount <= MAX_QUANTITY:
        raise BadInput("promised", "out_of_range")
    return amount


def _promises(view: View, promised: Mapping[str, int], size: int) -> NDArray[np.int64]:
    units = np.zeros(size, np.int64)
    for supplier_id, amount in promised.items():
        known, slot = _units(amount), view.slot(supplier_id)
        if slot >= 0:
            units[slot] = known
    return units


def assess(index: Index, view: View, asked: Asked, slot: int, promised: int = 0) -> Row:
    """Gates and values of the business in a row of ``view`` for one need, as `rank` would find them; ``promised``:
    units a day it cannot give any more in the window."""
    work = kept = _work(index, view)
    if promised:
        units = np.zeros(kept.text.size, np.int64)
        units[slot] = promised
        work = kept._replace(promised=units)
    register, postings = view.base, view.postings
    if slot >= view.base.size:
        register, postings, work = view.tail, view.tail_postings, _behind(view, work)
    table = np.empty((1, WIDTH))
    kernel.read_one(register, postings, asked.query, work, slot - work.first)
    kernel.explain(register, asked.query, work, np.array([slot], np.int32), table)
    kept.text[slot] = 0.0
    index.scratches.append(kept)
    row: Row = table[0].tolist()
    return row


# -- putting it into words ----------------------------------------------------


def assumptions_of(row: Row, telling: Telling) -> tuple[str, ...]:
    """What is not known about the business and was therefore assumed."""
    need, asked, weights, lang = telling.need, telling.asked, telling.weights, telling.lang
    found = []
    state = int(row[facts.STATE])
    if state & STATUS_UNKNOWN:
        found.append(("Status usaha belum dipastikan.", "Whether it is active is not confirmed."))
    if need.category is not None and not state & DECLARED:
        found.append(("Jenis usaha dibaca dari tulisannya.", "The trade was read from its description."))
    if state & CERTIFICATES_UNKNOWN and asked.required:
        found.append(("Sertifikat belum tercatat; tanyakan dulu.", "Certificates not recorded; ask first."))
    if math.isnan(row[facts.KM]) and weights[COMPONENTS.index("distance")] > 0.0:
        found.append(("Lokasi usaha belum diketahui.", "Where the business is, is not known."))
    if row[facts.FREE] < 0 and need.quantity_per_day:
        found.append(("Kapasitas belum tercatat; tanyakan dulu.", "Capacity not recorded; ask first."))
    return tuple(explain.said(lang, *pair) for pair in found)


def misses_of(row: Row, telling: Telling) -> tuple[Miss, ...]:
    """The gates that a business fails, each with its reason."""
    gates = failed(int(row[facts.FAILS]), telling.asked.required)
    return tuple(Miss(gate, code, _reason(gate, code, row, telling)) for gate, code in gates)


def _reason(gate: str, code: str, row: Row, telling: Telling) -> str:
    need, lang = telling.need, telling.lang
    if gate == "certificate":
        name = explain.inside(explain.certificate(code, lang))
        return explain.said(
            lang,
            f"Belum punya {name} yang berlaku selama masa pengiriman",
            f"No {name} that is valid through the delivery window",
        )
    if gate == "distance":
        limit = explain.distance(need.max_km or 0.0, lang).split(" km")[0]
        far = explain.distance(row[facts.KM], lang)
        return explain.said(lang, f"{far}, batasnya {limit} km", f"{far}, the limit is {limit} km")
    if gate == "capacity":
        free = explain.number(max(0, int(row[facts.FREE])), lang)
        least = explain.number(need.smallest_share(), lang)
        return explain.said(
            lang,
            f"Kapasitas kosong {free} {need.unit}/hari, paling sedikit perlu {least}",
            f"{free} {need.unit}/day free, at least {least} needed",
        )
    reasons = {
        "status": ("Belum aktif atau belum terdaftar", "Not active or not registered"),
        "category": ("Jenis usahanya hanya mirip", "Only a neighbouring trade"),
        "debarment": ("Sedang masuk daftar hitam", "Currently debarred"),
    }
    return explain.said(lang, *reasons[gate])
