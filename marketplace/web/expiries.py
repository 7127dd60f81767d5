"""Certificates that end, for those who verify: who must be helped before a factory loses a supplier."""

from __future__ import annotations

from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from marketplace.reads import businesses, certificates
from marketplace.reads import expiries as reading
from marketplace.rules.calendars import jakarta_date
from marketplace.rules.expiries import Horizon
from marketplace.web import exports
from marketplace.web.doors import Door
from marketplace.web.filters import chips, kecamatan, named, page_arg, word_arg
from marketplace.web.visitors import language

door = Door("expiries")

FILTERS = ("jenis", "kecamatan")
COLUMNS = (
    "kode", "jenis", "nama_jenis", "nomor", "penerbit", "berlaku_sampai", "hari_lagi", "kode_usaha", "usaha",
    "kecamatan", "punya_akun", "diingatkan_hari", "paket_terbuka_yang_meminta",
)  # fmt: skip


@door.page("/sertifikat-berakhir", "certificate.queue")
def expiring() -> ResponseReturnValue:
    """What ends soon, the soonest first."""
    filters = _filters()
    types = named(certificates.types(), gettext("Semua jenis"))
    places = kecamatan(businesses.areas(), gettext("Semua kecamatan"))
    names = {"jenis": dict(types), "kecamatan": dict(places)}
    labels = {name: (lambda value, known=known: known.get(value, value)) for name, known in names.items()}
    return render_template(
        "certificates/expiring.html",
        listing=reading.expiring(g.actor, filters, g.at, page_arg()),
        counts=reading.counts(g.actor, filters, g.at),
        horizon=filters.horizon,
        horizons=list(Horizon),
        types=types,
        places=places,
        active=chips(FILTERS, labels),
        args=request.args,
        query=request.query_string.decode(),
    )


@door.page("/sertifikat-berakhir.<fmt>", "certificate.queue", limit=(20, 600))
def expiring_file(fmt: str) -> ResponseReturnValue:
    """The same certificates as a file."""
    today, english = jakarta_date(g.at), language() == "en"
    rows = (
        (
            r.code, r.type_code, r.type_en if english else r.type_id, r.number, r.issuer, r.valid_until,
            (r.valid_until - today).days, r.business_code, r.business_name, r.kecamatan, "ya" if r.claimed else "tidak",
            "; ".join(map(str, r.told)), r.asked_by,
        )
        for r in reading.exported(g.actor, _filters(), g.at)
    )  # fmt: skip
    return exports.table(fmt, "sertifikat-berakhir", COLUMNS, rows)


def _filters() -> reading.Filters:
    return reading.Filters(
        horizon=word_arg(Horizon, "dalam") or Horizon.QUARTER,
        type_code=request.args.get("jenis", "")[:24],
        kecamatan=request.args.get("kecamatan", "")[:60],
    )
