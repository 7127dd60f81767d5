"""Papers: contract, acceptance document and invoice as one-page PDFs, typeset by typst without any system library.

What people typed goes in as values of a JSON document, never as markup, so nothing in it can be executed.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import segno
import typst
from flask import Response, current_app
from flask_babel import gettext

from marketplace.config import Settings
from marketplace.models.contracts import Contract, Delivery, Invoice
from marketplace.web.format import date_long, datetime_long, quantity, rupiah, terbilang
from marketplace.web.visitors import language

TEMPLATE = Path(__file__).resolve().parent.parent / "papers" / "paper.typ"


@dataclass
class Paper:
    """What a sheet says; every text is already in the reader's language."""

    title: str
    number: str
    lead: str
    path: str
    dated: datetime
    parties: list[dict[str, str]] = field(default_factory=list)
    sections: list[dict[str, Any]] = field(default_factory=list)
    signatures: list[dict[str, str]] = field(default_factory=list)


def pdf(paper: Paper) -> bytes:
    """The sheet as PDF; the same paper gives the same bytes."""
    settings: Settings = current_app.config["SETTINGS"]
    address = settings.base_url + paper.path
    data = {
        "title": paper.title,
        "number": paper.number,
        "lead": paper.lead,
        "parties": paper.parties,
        "sections": paper.sections,
        "signatures": paper.signatures,
        "qr": _qr(address),
        "footer": f"{paper.number} · {address}",
        "lang": language(),
    }
    made = typst.compile(
        TEMPLATE, format="pdf", sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, timestamp=_seconds(paper)
    )
    return bytes(made)


def _seconds(paper: Paper) -> int:
    return int(paper.dated.timestamp())


def _qr(address: str) -> str:
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="svg", border=1, xmldecl=False)
    return out.getvalue().decode()


def _answer(paper: Paper) -> Response:
    name = paper.number.replace("/", "-")
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return Response(pdf(paper), content_type="application/pdf", headers=headers)


def _parties(contract: Contract) -> list[dict[str, str]]:
    buyer, business = contract.buyer, contract.business
    place = f"{business.address}, {business.area.kelurahan}, {business.area.kecamatan}".strip(", ")
    nib = gettext("NIB %(nib)s", nib=business.nib) if business.nib else gettext("NIB belum dicatat")
    return [
        {"role": gettext("Pembeli"), "name": buyer.name, "details": f"{buyer.address}, NPWP {buyer.npwp}".strip(", ")},
        {
            "role": gettext("Pemasok"),
            "name": business.name,
            "details": f"{business.owner_name} · {place} · {nib}",
        },
    ]


def _signatures(contract: Contract) -> list[dict[str, str]]:
    def said(at: datetime | None) -> str:
        if at is None:
            return str(gettext("belum dikonfirmasi"))
        return str(gettext("dikonfirmasi %(when)s", when=datetime_long(at)))

    return [
        {"role": gettext("Pembeli"), "name": contract.buyer.name, "note": said(contract.buyer_confirmed_at)},
        {"role": gettext("Pemasok"), "name": contract.business.name, "note": said(contract.supplier_confirmed_at)},
    ]


def _window(start: date, end: date) -> str:
    return str(gettext("%(start)s sampai %(end)s", start=date_long(start), end=date_long(end)))


def contract(of: Contract) -> Response:
    """The contract with its number, parties, lot, price, amount in words, schedule and payment days."""
    lot = of.award.lot
    facts = [
        [gettext("Kebutuhan"), f"{of.tender.code} · {of.tender.title}"],
        [gettext("Barang/jasa"), lot.category.name_en if language() == "en" else lot.category.name_id],
        [gettext("Jumlah"), quantity(of.quantity, of.unit)],
        [gettext("Setiap hari"), quantity(of.quantity_per_day, of.unit)],
        [gettext("Masa"), _window(of.start_on, of.end_on)],
        [gettext("Harga satuan"), f"{rupiah(of.price)} / {of.unit}"],
        [gettext("Nilai kontrak"), rupiah(of.value)],
        [gettext("Terbilang"), terbilang(of.value)],
        [gettext("Pembayaran"), gettext("%(days)s hari sesudah tagihan", days=of.payment_days)],
    ]
    shown = of.deliveries[:12]
    schedule = {
        "head": [gettext("No."), gettext("Paling lambat"), gettext("Jumlah")],
        "rows": [[str(d.number), date_long(d.due_on), quantity(d.quantity, of.unit)] for d in shown],
        "widths": ["", "wide", ""],
        "numbers": [0, 2],
    }
    sections: list[dict[str, Any]] = [
        {"title": gettext("Yang disepakati"), "facts": facts},
        {"title": gettext("Jadwal pengiriman"), "table": schedule},
    ]
    if len(of.deliveries) > len(shown):
        more = len(of.deliveries) - len(shown)
        sections[-1]["words"] = gettext("dan %(n)s pengiriman lain; jadwal lengkap ada di halaman kontrak.", n=more)
    return _answer(
        Paper(
            title=gettext("Surat Perjanjian Kerja"),
            number=of.code,
            lead=gettext(
                "Disusun pada %(day)s dari pemenang %(award)s. Kedua pihak di bawah ini sepakat:",
                day=date_long(of.drafted_at),
                award=of.award.code,
            ),
            path=f"/kontrak/{of.code}",
            dated=of.drafted_at,
            parties=_parties(of),
            sections=sections,
            signatures=_signatures(of),
        )
    )


def bast(of: Delivery) -> Response:
    """The acceptance document of one delivery: what was sent, accepted, rejected."""
    deal = of.contract
    sent, accepted = of.quantity_sent or 0, of.quantity_accepted or 0
    facts = [
        [gettext("Kontrak"), f"{deal.code} · {deal.title}"],
        [gettext("Pengiriman"), f"{of.code} ({of.number})"],
        [gettext("Dikirim"), quantity(sent, deal.unit)],
        [gettext("Diterima"), quantity(accepted, deal.unit)],
        [gettext("Tidak diterima"), quantity(sent - accepted, deal.unit)],
        [gettext("Catatan"), of.note or "–"],
        [gettext("Nilai yang diterima"), rupiah(accepted * deal.price)],
        [gettext("Terbilang"), terbilang(accepted * deal.price)],
    ]
    when = of.accepted_at or deal.drafted_at
    return _answer(
        Paper(
            title=gettext("Berita Acara Serah Terima"),
            number=of.bast_code or of.code,
            lead=gettext("Pada %(when)s barang atau jasa berikut diserahkan dan diterima:", when=datetime_long(when)),
            path=f"/pengiriman/{of.code}",
            dated=when,
            parties=_parties(deal),
            sections=[{"title": gettext("Rincian"), "facts": facts}],
            signatures=[
                {"role": gettext("Yang menerima"), "name": deal.buyer.name, "note": datetime_long(when)},
                {
                    "role": gettext("Yang menyerahkan"),
                    "name": deal.business.name,
                    "note": datetime_long(of.sent_at) if of.sent_at else "",
                },
            ],
        )
    )


def invoice(of: Invoice) -> Response:
    """The invoice for accepted deliveries."""
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
    table = {
        "head": [gettext("BAST"), gettext("Diterima"), gettext("Jumlah"), gettext("Nilai")],
        "rows": rows,
        "widths": ["", "wide", "", ""],
        "numbers": [2, 3],
    }
    facts = [
        [gettext("Harga satuan"), f"{rupiah(deal.price)} / {deal.unit}"],
        [gettext("Jumlah tagihan"), rupiah(of.amount)],
        [gettext("Terbilang"), terbilang(of.amount)],
        [gettext("Jatuh tempo"), date_long(of.due_on)],
    ]
    note = gettext("Pajak dan potongannya mengikuti aturan yang berlaku bagi kedua pihak dan belum termasuk di sini.")
    return _answer(
        Paper(
            title=gettext("Tagihan"),
            number=of.code,
            lead=gettext("Atas kontrak %(code)s, %(title)s:", code=deal.code, title=deal.title),
            path=f"/tagihan/{of.code}",
            dated=of.issued_at,
            parties=_parties(deal),
            sections=[
                {"title": gettext("Yang ditagih"), "table": table},
                {"title": gettext("Jumlah"), "facts": facts, "words": note},
            ],
            signatures=[
                {"role": gettext("Pemasok"), "name": deal.business.name, "note": date_long(of.issued_at)},
                {"role": gettext("Pembeli"), "name": deal.buyer.name, "note": ""},
            ],
        )
    )
