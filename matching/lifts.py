"""The other direction: the best needs for a business, and what would open more of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from . import explain, facts
from .errors import BadInput
from .facts import Row
from .gates import CAPACITY, FIRST_CERTIFICATE, Miss
from .index import Index
from .needs import Need, Supplier
from .policy import DEFAULT, Policy
from .query import Asked, ask
from .ranking import assess, misses_of
from .register import CERTIFICATES_UNKNOWN
from .telling import Part, Telling, parts_of


class Fit(NamedTuple):
    """How one need suits a business; ``misses`` is empty when it could bid today."""

    need_id: str
    score: float
    parts: tuple[Part, ...]
    misses: tuple[Miss, ...]


@dataclass(frozen=True, slots=True)
class Lift:
    """One step that would open needs: their number, ids and value in rupiah.

    ``kind``: "certificate" (get ``code``), "capacity" (have ``amount`` units a
    day free) or "profile" (fill in ``code``). A need's value is ceiling price *
    quantity a day * days of its window, 0 when one of them is not given.
    """

    kind: str
    code: str
    amount: int
    count: int
    value: int
    need_ids: tuple[str, ...]
    sentence: str


def best_needs(  # noqa: PLR0913  (who, what, how, how many, in which words; what is taken)
    index: Index,
    supplier_id: str,
    needs: Iterable[Need],
    policy: Policy = DEFAULT,
    top: int = 20,
    lang: str = "id",
    *,
    promised: Mapping[str, int] | None = None,
) -> list[Fit]:
    """The needs that suit one business best: open ones first, then by score, then by id.

    ``promised``: units a day that the business cannot give any more in a need's window, by the need's id.

    Needs of other trades are left out. Raises `BadInput` when the business is
    not in the index.
    """
    explain.check_language(lang)
    fits = []
    for asked, need, row in _assessed(index, supplier_id, needs, policy, promised or {}):
        telling = Telling(need, asked, lang)
        fits.append((int(row[facts.FAILS]).bit_count(), row[facts.SCORE], row, telling))
    fits.sort(key=lambda fit: (min(fit[0], 1), -fit[1], fit[3].need.id))
    return [
        Fit(telling.need.id, score, parts_of([[fact] for fact in row], telling)[0], misses_of(row, telling))
        for _, score, row, telling in fits[:top]
    ]


@dataclass(slots=True)
class _Opened:
    """The needs that one step would open so far."""

    needs: list[Need] = field(default_factory=list)
    amount: int = 0


def lift(
    index: Index,
    supplier: str | Supplier,
    needs: Sequence[Need],
    policy: Policy = DEFAULT,
    lang: str = "id",
    *,
    promised: Mapping[str, int] | None = None,
) -> list[Lift]:
    """What single step opens most needs for a business: the most first, then by value.

    A certificate or capacity counts where it is all that keeps the business out.
    A profile gap (capacity, certificates or place not recorded) counts where the
    need asks for it: filling it in turns an assumption into a fact. ``promised``
    as for `best_needs`. Raises `BadInput` when the business is not in the index.
    """
    explain.check_language(lang)
    steps: dict[tuple[str, str], _Opened] = {}
    supplier_id = supplier.id if isinstance(supplier, Supplier) else supplier
    for asked, need, row in _assessed(index, supplier_id, needs, policy, promised or {}):
        for step in _steps(need, asked, row):
            opened = steps.setdefault(step, _Opened())
            opened.needs.append(need)
            if step[0] == "capacity":
                opened.amount = max(opened.amount, need.smallest_share())
    lifts = [_lift(kind, code, opened, lang) for (kind, code), opened in steps.items()]
    return sorted(lifts, key=lambda step: (-step.count, -step.value, step.kind, step.code))


def _assessed(
    index: Index, supplier_id: str, needs: Iterable[Need], policy: Policy, promised: Mapping[str, int]
) -> list[tuple[Asked, Need, Row]]:
    view = index.view
    slot = view.slot(supplier_id)
    if slot < 0:
        raise BadInput("supplier_id", "unknown_supplier")
    found = []
    for need in needs:
        asked = ask(index, need, policy)
        row = assess(index, view, asked, slot, promised.get(need.id, 0))
        if row[facts.VALUES] > 0.0 or row[facts.VALUES + 1] > 0.0:
            found.append((asked, need, row))
    return found


def _steps(need: Need, asked: Asked, row: Row) -> list[tuple[str, str]]:
    fails, state = int(row[facts.FAILS]), int(row[facts.STATE])
    if fails.bit_count() == 1:
        bit = fails.bit_length() - 1
        if bit >= FIRST_CERTIFICATE:
            return [("certificate", asked.required[bit - FIRST_CERTIFICATE])]
        return [("capacity", "")] if bit == CAPACITY else []
    if fails:
        return []
    gaps = []
    if row[facts.FREE] < 0 and need.quantity_per_day:
        gaps.append(("profile", "capacity"))
    if math.isnan(row[facts.KM]) and need.lat is not None and need.lon is not None:
        gaps.append(("profile", "place"))
    if state & CERTIFICATES_UNKNOWN and need.required:
        gaps.append(("profile", "certificates"))
    return gaps


def need_value(need: Need) -> int:
    """Ceiling price * quantity a day * days of delivery, rupiah; 0 when not all are given."""
    window = need.window()
    if window is None or need.start is None:
        return 0
    days = need.days or (window[1] - window[0]).days + 1
    return (need.ceiling_price or 0) * (need.quantity_per_day or 0) * days


def _lift(kind: str, code: str, opened: _Opened, lang: str) -> Lift:
    value = sum(need_value(need) for need in opened.needs)
    count = len(opened.needs)
    amount = explain.number(opened.amount, lang)
    unit = opened.needs[0].unit
    steps = {
        "certificate": ("Punya {0}", "With a {0}"),
        "capacity": ("Dengan kapasitas kosong {1} {2}/hari", "With {1} {2}/day free"),
        "profile": ("Lengkapi {0} di profil", "Fill in {0} on the profile"),
    }
    step = explain.said(lang, *steps[kind]).format(_named(kind, code, lang), amount, unit)
    many = "needs" if count > 1 else "need"
    ending = ("{} kebutuhan terbuka untuk Anda", f"{{}} {many} would open up for you")
    if kind == "profile":
        ending = ("{} kebutuhan lebih yakin pada Anda", f"{{}} {many} could be surer of you")
    sentence = f"{step}: " + explain.said(lang, *ending).format(explain.number(count, lang))
    if value:
        worth = "Rp" + explain.number(value, lang)
        sentence += explain.said(lang, f", senilai {worth}", f", worth {worth}")
    ids = tuple(need.id for need in opened.needs)
    return Lift(kind, code, opened.amount, count, value, ids, sentence)


def _named(kind: str, code: str, lang: str) -> str:
    if kind == "certificate":
        return explain.inside(explain.certificate(code, lang))
    names = {
        "capacity": ("kapasitas per hari", "daily capacity"),
        "place": ("lokasi usaha", "the place of business"),
        "certificates": ("sertifikat", "certificates"),
    }
    return explain.said(lang, *names[code]) if code in names else ""
