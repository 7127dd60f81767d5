"""What the papers say: contract, acceptance document (BAST) and invoice, in the reader's language."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Response
from flask_babel import gettext

from marketplace.models.contracts import Contract, Delivery, Invoice
from marketplace.models.rates import Rate
from marketplace.reads.rates import Estimate, Net, estimate
from marketplace.rules.bank_accounts import BankSheet
from marketplace.rules.calendars import jakarta_date
from marketplace.services import contract_parties
from marketplace.services.contract_parties import Parties
from marketplace.web.format import date_long, datetime_long, number, on_weekdays, quantity, rupiah, terbilang
from marketplace.web.papers import Paper, answer
from marketplace.web.visitors import language

Facts = list[list[str]]


def contract(of: Contract, npwp: str = "") -> Response:
    """The contract with its number, parties, lot, price, amount in words, schedule, payment days and confirmations.

    `npwp` is the supplier's, where the reader may have it.
    """
    who = contract_parties.of(of)
    lead = gettext(
        "Disusun pada %(day)s dari pemenang %(award)s. Kedua pihak di bawah ini sepakat:",
        day=date_long(of.drafted_at),
        award=of.award.code,
    )
    return answer(
        Paper(
            title=gettext("Surat Perjanjian Kerja"),
            number=of.code,
            lead=lead,
            path=f"/kontrak/{of.code}",
            dated=of.drafted_at,
            parties=_parties(who, npwp),
            sections=[{"title": gettext("Yang disepakati"), "facts": _agreed(of)}],
            signatures=_confirmations(of, who),
            appendix=[{"title": gettext("Lampiran: jadwal pengiriman"), "table": _schedule(of)}],
        )
    )


def bast(of: Delivery) -> Response:
    """The acceptance document of one delivery: what was sent, accepted, rejected and why."""
    deal = of.contract
    who = contract_parties.of(deal)
    when = of.accepted_at or deal.drafted_at
    return answer(
        Paper(
            title=gettext("Berita Acara Serah Terima"),
            number=of.bast_code or of.code,
            lead=gettext("Pada %(when)s barang atau jasa berikut diserahkan dan diterima:", when=datetime_long(when)),
            path=f"/pengiriman/{of.code}",
            dated=when,
            parties=_parties(who),
            sections=[{"title": gettext("Rincian"), "facts": _handed_over(of)}],
            signatures=[
                _signature(gettext("Yang menyerahkan"), who.supplier.name, of.sent_at),
                _signature(gettext("Yang menerima"), who.buyer.name, of.accepted_at),
            ],
        )
    )


def invoice(of: Invoice, account: BankSheet | None = None, *, npwp: str = "") -> Response:
    """The invoice for accepted deliveries, where to pay and the supplier's NPWP if given, and an estimate of what the
    buyer will withhold."""
    deal = of.contract
    who = contract_parties.of(deal)
    return answer(
        Paper(
            title=gettext("Tagihan"),
            number=of.code,
            lead=gettext("Atas kontrak %(code)s, %(title)s:", code=deal.code, title=deal.title),
            path=f"/tagihan/{of.code}",
            dated=of.issued_at,
            parties=_parties(who, npwp),
            sections=[
                {"title": gettext("Yang ditagih"), "table": _billed(of)},
                {"title": gettext("Jumlah"), "facts": _owed(of)},
                *([{"title": gettext("Dibayar ke"), "facts": _account(account)}] if account else []),
                _taxes(net_of(of)),
            ],
            signatures=[
                _signature(gettext("Pemasok"), who.supplier.name, of.issued_at),
                _signature(gettext("Pembeli"), who.buyer.name, of.approved_at),
            ],
        )
    )


def net_of(of: Invoice) -> Estimate:
    """What would remain of an invoice after the withholding usual on the day it was issued: information only."""
    deal = of.contract
    return estimate(deal.business, [(deal.award.lot, of.amount)], jakarta_date(of.issued_at))


# -- parts ---------------------------------------------------------------------------


def _parties(who: Parties, supplier_npwp: str = "") -> list[dict[str, str]]:
    buyer, supplier = who.buyer, who.supplier
    nib = gettext("NIB %(nib)s", nib=supplier.nib) if supplier.nib else gettext("NIB belum dicatat")
    npwp = f"NPWP {buyer.npwp}" if buyer.npwp else ""
    own_npwp = f"NPWP {supplier_npwp}" if supplier_npwp else ""
    owner = gettext("diwakili %(name)s", name=supplier.owner) if supplier.owner else ""
    return [
        {"role": gettext("Pembeli"), "name": buyer.name, "details": _joined(buyer.address, npwp)},
        {"role": gettext("Pemasok"), "name": supplier.name, "details": _joined(owner, supplier.address, nib, own_npwp)},
    ]


def _joined(*texts: str) -> str:
    return ", ".join(text for text in texts if text)


def _agreed(of: Contract) -> Facts:
    lot, site = of.award.lot, of.tender.site
    window = gettext("%(start)s sampai %(end)s", start=date_long(of.start_on), end=date_long(of.end_on))
    category = lot.category.name_en if language() == "en" else lot.category.name_id
    return [
        [gettext("Kebutuhan"), f"{of.tender.code} · {of.tender.title}"],
        [gettext("Paket"), f"{lot.number}. {lot.title}"],
        [gettext("Barang/jasa"), category],
        [gettext("Diantar ke"), _joined(site.name, site.address) if site else "–"],
        [gettext("Jumlah"), quantity(of.quantity, of.unit)],
        [
            gettext("Per hari"),
            gettext("paling banyak %(quantity)s", quantity=quantity(of.quantity_per_day, of.unit))
            + on_weekdays(of.weekdays),
        ],
        [gettext("Masa"), window],
        [gettext("Harga satuan"), f"{rupiah(of.price)} / {of.unit}"],
        [gettext("Nilai kontrak"), rupiah(of.value)],
        [gettext("Terbilang"), terbilang(of.value)],
        [gettext("Pembayaran"), gettext("%(days)s hari sesudah tagihan", days=of.payment_days)],
        [gettext("Pengiriman"), gettext("%(n)s kali, menurut jadwal di lampiran", n=len(of.deliveries))],
    ]


def _schedule(of: Contract) -> dict[str, Any]:
    return {
        "head": [gettext("No."), gettext("Nomor pengiriman"), gettext("Paling lambat"), gettext("Jumlah")],
        "rows": [[str(d.number), d.code, date_long(d.due_on), quantity(d.quantity, of.unit)] for d in of.deliveries],
        "widths": ["", "", "wide", ""],
        "numbers": [0, 3],
    }


def _confirmations(of: Contract, who: Parties) -> list[dict[str, str]]:
    def said(at: datetime | None) -> str:
        if at is None:
            return str(gettext("belum dikonfirmasi"))
        return str(gettext("dikonfirmasi %(when)s", when=datetime_long(at)))

    return [
        {"role": gettext("Pembeli"), "name": who.buyer.name, "note": said(of.buyer_confirmed_at)},
        {"role": gettext("Pemasok"), "name": who.supplier.name, "note": said(of.supplier_confirmed_at)},
    ]


def _signature(role: str, name: str, at: date | None) -> dict[str, str]:
    note = datetime_long(at) if isinstance(at, datetime) else ""
    return {"role": role, "name": name, "note": note}


def _handed_over(of: Delivery) -> Facts:
    deal = of.contract
    sent, accepted = of.quantity_sent or 0, of.quantity_accepted or 0
    worth = accepted * deal.price
    return [
        [gettext("Kontrak"), f"{deal.code} · {deal.title}"],
        [gettext("Pengiriman"), f"{of.code} ({of.number})"],
        [gettext("Dikirim"), quantity(sent, deal.unit)],
        [gettext("Diterima"), quantity(accepted, deal.unit)],
        [gettext("Tidak diterima"), quantity(sent - accepted, deal.unit)],
        [gettext("Catatan"), of.note or "–"],
        [gettext("Nilai yang diterima"), rupiah(worth)],
        [gettext("Terbilang"), terbilang(worth)],
    ]


def _billed(of: Invoice) -> dict[str, Any]:
    deal = of.contract
    rows = [
        [
            d.bast_code or d.code,
            date_long(d.accepted_at) if d.accepted_at else "",
            quantity(d.quantity_accepted or 0, deal.unit),
            rupiah((d.quantity_accepted or 0) * deal.price),
        ]
        for d in of.deliveries
    ]
    head = [gettext("BAST"), gettext("Diterima"), gettext("Jumlah"), gettext("Nilai")]
    return {"head": head, "rows": rows, "widths": ["", "wide", "", ""], "numbers": [2, 3]}


def _owed(of: Invoice) -> Facts:
    return [
        [gettext("Harga satuan"), f"{rupiah(of.contract.price)} / {of.contract.unit}"],
        [gettext("Jumlah tagihan"), rupiah(of.amount)],
        [gettext("Terbilang"), terbilang(of.amount)],
        [gettext("Jatuh tempo"), date_long(of.due_on)],
    ]


def _account(sheet: BankSheet) -> Facts:
    return [
        [gettext("Nama bank"), sheet.bank],
        [gettext("Nomor rekening"), sheet.number],
        [gettext("Atas nama"), sheet.holder],
    ]


def _taxes(guess: Estimate) -> dict[str, Any]:
    """The estimate, marked as one; rates with the date from which they hold."""
    facts = [[gettext("Tanpa surat keterangan UMKM"), _net(guess.usual)]]
    if guess.final is not None:
        facts.append([gettext("Dengan surat keterangan UMKM"), _net(guess.final)])
    words = gettext(
        "Perkiraan untuk informasi, bukan bagian tagihan: yang berlaku adalah aturan dan bukti potong dari pembeli."
    )
    return {"title": gettext("Perkiraan potongan pajak"), "facts": facts, "words": words}


def _net(of: Net) -> str:
    if not of.rates:
        return str(gettext("biasanya tidak dipotong; diterima %(net)s", net=rupiah(of.net)))
    rates = ", ".join(_rate(rate) for rate in of.rates)
    words = gettext(
        "%(rates)s: dipotong %(tax)s, diterima %(net)s", rates=rates, tax=rupiah(of.tax), net=rupiah(of.net)
    )
    return str(words)


def _rate(rate: Rate) -> str:
    name = rate.name_en if language() == "en" else rate.name_id
    percent = number(rate.value or 0, 2)
    return str(
        gettext("%(name)s %(percent)s%% (sejak %(day)s)", name=name, percent=percent, day=date_long(rate.valid_from))
    )
