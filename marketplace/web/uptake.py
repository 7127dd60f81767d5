"""Local uptake in public, the winners behind its figures, and a company's own report."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.models.buyers import Buyer
from marketplace.reads import businesses, buyers, payments
from marketplace.reads import uptake as reading
from marketplace.rules.businesses import Gender, Scale
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.policy import may
from marketplace.rules.uptake import Period, choices, period_of, year_of
from marketplace.web import exports
from marketplace.web.doors import Door, found
from marketplace.web.filters import Chip, Options, chips, kecamatan, named, word_of, words
from marketplace.web.format import month as month_name
from marketplace.web.visitors import language

door = Door("uptake")

FIGURES = ("menurut", "kunci", "nama", "nilai_rupiah", "belanja_rupiah", "porsi", "pemenang", "umkm")
WINNERS = (
    "kode", "final", "kebutuhan", "judul", "paket", "jenis", "pembeli", "kode_pemasok", "pemasok", "skala", "kecamatan",
    "jumlah", "satuan", "harga_rupiah", "nilai_rupiah",
)  # fmt: skip
MOST_BARS = 12


@door.page("/serapan", "uptake.see")
def uptake() -> ResponseReturnValue:
    """One sentence first, then charts, tables and the rows behind them."""
    period, buyer = _period(), _chosen_buyer()
    return render_template(
        "uptake/uptake.html",
        measured=reading.measured(period, buyer.id if buyer else None),
        period=period,
        periods=choices(g.at),
        buyer=buyer,
        buyers=buyers.companies_for(g.actor) if may(g.actor, "dinkop.desk") else [],
        overseer=may(g.actor, "dinkop.desk"),
        most=MOST_BARS,
        name_of=_name_of,
        rows_of=lambda **more: _rows_href(period, buyer, **more),
        query=request.query_string.decode(),
    )


@door.page("/serapan.<fmt>", "uptake.see", limit=(60, 600))
def uptake_file(fmt: str) -> ResponseReturnValue:
    """The same figures as a file."""
    buyer = _chosen_buyer()
    measured = reading.measured(_period(), buyer.id if buyer else None)
    return exports.table(fmt, "serapan", FIGURES, _figures(measured))


def _figures(measured: reading.Measured) -> Iterator[exports.Row]:
    parts = {
        "bulan": measured.months,
        "jenis": measured.trades,
        "kecamatan": measured.kecamatan,
        "skala": measured.scales,
        "gender": measured.genders,
    }
    for name, slices in parts.items():
        for one in slices:
            share = None if one.share is None else round(one.share, 4)
            yield name, one.key, _name_of(one), one.value, one.spending, share, one.awards, one.suppliers


def _name_of(one: reading.Slice) -> str:
    if one.month is not None:
        return month_name(one.month)
    if one.word is not None:
        return str(gettext(one.word.label))
    return (one.name_en if language() == "en" else one.name_id) or str(gettext("Tidak diketahui"))


def _period() -> Period:
    return period_of(request.args.get("periode", ""), g.at)


def _chosen_buyer() -> Buyer | None:
    """The company that an overseer narrows the figures to; nobody else may."""
    code = request.args.get("pembeli", "")
    return buyers.company_for(g.actor, code) if code and may(g.actor, "dinkop.desk") else None


def _rows_href(period: Period, buyer: Buyer | None, **more: str) -> str:
    query = {"periode": period.code, **({"pembeli": buyer.code} if buyer else {}), **more}
    return f"/pemenang?{urlencode(query)}"


# -- winners ---------------------------------------------------------------------------


@door.page("/pemenang", "award.list")
def winners() -> ResponseReturnValue:
    """Final awards: who won what from whom, for how much."""
    selects = _selects()
    return render_template(
        "uptake/winners.html",
        listing=reading.winners(g.actor, _filters(), request.args.get("halaman", 1, type=int)),
        selects=selects,
        active=_active(selects),
        args=request.args,
        query=request.query_string.decode(),
    )


@door.page("/pemenang.<fmt>", "award.list", limit=(60, 600))
def winners_file(fmt: str) -> ResponseReturnValue:
    """The same awards as a file."""
    english = language() == "en"
    rows = (
        (
            w.code, w.final_at, w.tender_code, w.tender_title, w.lot_title, w.trade_en if english else w.trade_id,
            w.buyer_name, w.business_code, w.business_name, w.scale, w.kecamatan, w.quantity, w.unit, w.price, w.value,
        )
        for w in reading.exported(g.actor, _filters())
    )  # fmt: skip
    return exports.table(fmt, "pemenang", WINNERS, rows)


def _filters() -> reading.Filters:
    args = request.args
    period = args.get("periode", "")
    return reading.Filters(
        text=args.get("q", "")[:100],
        period=period_of(period, g.at) if period else None,
        trade=args.get("jenis", ""),
        kecamatan=args.get("kecamatan", ""),
        scale=word_of(Scale, args.get("skala", "")),
        gender=word_of(Gender, args.get("gender", "")),
        buyer=args.get("pembeli", ""),
    )


def _selects() -> list[tuple[str, str, Options]]:
    every = gettext("Semua")
    found_selects = [
        ("periode", gettext("Periode"), [("", every), *((p.code, period_words(p)) for p in choices(g.at))]),
        ("jenis", gettext("Jenis usaha"), named(businesses.trades(), every)),
        ("kecamatan", gettext("Kecamatan pemasok"), kecamatan(businesses.areas(), every)),
        ("skala", gettext("Skala"), words(Scale, every)),
    ]
    if may(g.actor, "dinkop.desk"):
        companies = [("", every), *((b.code, b.name) for b in buyers.companies_for(g.actor))]
        found_selects += [
            ("gender", gettext("Gender pemilik"), words(Gender, every)),
            ("pembeli", gettext("Pembeli"), companies),
        ]
    return found_selects


def _active(selects: list[tuple[str, str, Options]]) -> list[Chip]:
    read = {name: dict(options).get for name, _, options in selects}
    labels = {name: (lambda value, get=get: get(value) or value) for name, get in read.items()}
    return chips(("q", *read), labels)


def period_words(period: Period) -> str:
    """A period as people say it."""
    if period.months == 1:
        return month_name(period.start)
    if period.months == 3:
        return str(gettext("Triwulan %(quarter)s %(year)s", quarter=period.quarter, year=period.start.year))
    return str(gettext("Tahun %(year)s", year=period.start.year))


# -- a company's own report --------------------------------------------------------------


@door.page("/laporan", "tender.desk")
def report() -> ResponseReturnValue:
    """One's own company: uptake against the pledge, payment times, contracts."""
    company = found(buyers.company_of(g.actor))
    period = _period() if request.args.get("periode") else year_of(jakarta_date(g.at))
    return render_template(
        "uptake/report.html",
        company=company,
        period=period,
        periods=choices(g.at),
        measured=reading.measured(period, company.id),
        payments=payments.payment_times(company.id, period, g.at),
        contracts=payments.contract_counts(company.id),
        most=MOST_BARS,
        name_of=_name_of,
        rows_of=lambda **more: _rows_href(period, company, **more),
        query=request.query_string.decode(),
    )


@door.page("/laporan.<fmt>", "tender.desk", limit=(60, 600))
def report_file(fmt: str) -> ResponseReturnValue:
    """The company's figures as a file."""
    company = found(buyers.company_of(g.actor))
    period = _period() if request.args.get("periode") else year_of(jakarta_date(g.at))
    return exports.table(fmt, "laporan", FIGURES, _figures(reading.measured(period, company.id)))
