"""The live panel "Siapa yang bisa memasok": counts, relaxations, and hints of fairness, for one lot being written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext

from marketplace.models.buyers import Site
from marketplace.reads import suppliers
from marketplace.rules.lots import LotSheet
from marketplace.rules.tenders import Level, Pattern
from marketplace.services import matching_room, tenders
from marketplace.services.matching_room import Span, Supply
from marketplace.web.format import number, quantity, rupiah
from marketplace.web.forms.tenders import TenderForm
from marketplace.web.tenders.things import alike
from marketplace.web.visitors import language

MOST_BEYOND = 3
"""More certificates than this beyond the law are more than custom asks anywhere."""

LOW_PRICE = 0.85
"""A ceiling under this share of the typical price is pointed out: few will bid, and whoever does may cut corners."""


@dataclass(frozen=True)
class Panel:
    """Who could supply one lot, and what a fair buyer would look at again."""

    supply: Supply | None
    spans: tuple[Span, ...] = ()
    unit: str = ""
    headline: str = ""
    unit_hint: str = ""
    price_hint: str = ""
    certificate_hints: tuple[str, ...] = ()
    whole: str = ""
    gaps: tuple[str, ...] = ()
    """What is missing or wrong in the lot, while that keeps it from being counted."""

    @property
    def tightest(self) -> Span | None:
        """The day or week with the least free, where it has less than another."""
        least = min(self.spans, key=lambda span: span.free, default=None)
        return least if least and least.free < max(span.free for span in self.spans) else None


def panel(lot: LotSheet | None, site: Site | None, at: datetime, text: str = "") -> Panel:
    """The panel of a lot; without a supply while the lot is not complete enough to ask."""
    if lot is None:
        return Panel(None)
    usual = suppliers.category_unit(lot.category)
    if usual is None:
        return Panel(None)
    gates = tenders.gates_by_law(lot.category, lot.start_on, lot.end_on)
    asked = {**lot.requirements, **gates}
    complete = LotSheet(**{**lot.__dict__, "requirements": asked})
    supply, spans = matching_room.supply_by_day(matching_room.of_sheet(complete, site, text), at, language())
    return Panel(
        supply,
        spans,
        lot.unit,
        headline(supply, lot.unit),
        _unit_hint(lot.unit, usual),
        _price_hint(lot),
        tuple(_certificate_hints(supply, asked, gates)),
        _whole(lot),
    )


def panel_of(form: TenderForm, place: int, site: Site | None, at: datetime) -> Panel:
    """The panel of one lot of a form as it is typed; it names what is missing or wrong while it cannot be counted."""
    trial = TenderForm(dict(form.values))
    found = panel(trial.lot(place), site, at)
    if found.supply is not None:
        return found
    labels = {
        "category": gettext("Jenis"),
        "title": gettext("Sebutan"),
        "amount": gettext("Jumlah"),
        "start_on": gettext("Mulai"),
        "end_on": gettext("Sampai"),
        "weekdays": gettext("Hari pengiriman"),
        "shifts": gettext("Shift per hari"),
        "ceiling_price": gettext("Harga batas"),
        "max_km": gettext("Jarak terjauh"),
        "min_share": gettext("Bagian terkecil per hari"),
        "certificates": gettext("Sertifikat"),
    }
    gaps = {}
    for name, words in trial.errors.items():
        label = labels.get(name.removeprefix(f"lots-{place}-"), gettext("Rincian barang"))
        gaps[name] = words if label in words else f"{label}: {words}"
    return Panel(None, gaps=tuple(gaps.values()) or (gettext("Pilih jenis barang atau jasa."),))


def _whole(lot: LotSheet) -> str:
    """What a daily amount comes to: "21 hari pengiriman, seluruhnya 21.000 porsi"."""
    if lot.pattern is not Pattern.DAILY or lot.delivery_days < 2:
        return ""
    days, size = number(lot.delivery_days), quantity(lot.quantity, lot.unit)
    return str(gettext("%(days)s hari pengiriman, seluruhnya %(size)s.", days=days, size=size))


def headline(supply: Supply, unit: str) -> str:
    """ "19 UMKM, 3.450 porsi per hari dari 1.200 yang dibutuhkan"."""
    words = gettext(
        "%(n)s UMKM, %(free)s %(unit)s per hari dari %(need)s yang dibutuhkan",
        n=number(supply.passing),
        free=number(supply.capacity_per_day),
        unit=unit,
        need=number(supply.needed_per_day),
    )
    return str(words)


def _unit_hint(unit: str, usual: str) -> str:
    """Said where the buyer counts in another unit than businesses do: the numbers then only roughly compare."""
    if unit == usual or alike(unit, usual):
        return ""
    words = gettext(
        "UMKM mencatat kapasitas jenis ini dalam %(usual)s, Anda menulis %(unit)s: perbandingannya kasar. Bila bisa, "
        "tulis jumlahnya dalam %(usual)s.",
        usual=usual,
        unit=unit,
    )
    return str(words)


def _price_hint(lot: LotSheet) -> str:
    if lot.ceiling_price is None:
        return ""
    usual = suppliers.typical_price(lot.category)
    if usual is None or lot.ceiling_price >= usual * LOW_PRICE:
        return ""
    words = gettext(
        "Harga batas %(ceiling)s jauh di bawah yang biasa, sekitar %(usual)s per %(unit)s. Mungkin sedikit penawar.",
        ceiling=rupiah(lot.ceiling_price),
        usual=rupiah(usual),
        unit=lot.unit,
    )
    return str(words)


def _certificate_hints(supply: Supply, asked: dict[str, Level], gates: dict[str, Level]) -> list[str]:
    """Certificates beyond the law that keep more businesses out than they let in."""
    beyond = {code for code, level in asked.items() if level is Level.MANDATORY and code not in gates}
    hints = []
    for ease in supply.relaxations:
        if ease.kind == "certificate" and ease.code in beyond and ease.adds > max(2, supply.passing):
            hints.append(
                gettext(
                    "Hukum tidak mewajibkan %(code)s untuk jenis ini, dan syarat itu sendiri menyisihkan %(n)s UMKM. "
                    "Bagaimana bila dijadikan nilai tambah saja?",
                    code=ease.code.replace("_", " "),
                    n=number(ease.adds),
                )
            )
    if len(beyond) > MOST_BEYOND:
        hints.append(
            gettext(
                "Anda meminta %(n)s sertifikat di luar yang diwajibkan hukum. Minta yang benar-benar perlu.",
                n=len(beyond),
            )
        )
    return hints
