"""What is published, and how to fetch it."""

from __future__ import annotations

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from marketplace.rules.words import N_
from marketplace.web.doors import Door

door = Door("opendata")

SETS: tuple[tuple[str, str, str], ...] = (
    (N_("Kebutuhan yang diumumkan"), "/kebutuhan", N_("Judul, pembeli, paket, jumlah, tenggat, dan statusnya.")),
    (N_("Pemenang final"), "/pemenang", N_("Pemasok, nilai, harga satuan, jumlah, dan tanggal finalnya.")),
    (N_("Serapan lokal"), "/serapan", N_("Nilai dan porsi menurut bulan, jenis usaha, kecamatan, skala, dan gender.")),
)
"""Title, address of the page (its twins end in .csv, .xlsx, .json), and what is in it."""


@door.page("/data-terbuka", "opendata.see")
def opendata() -> ResponseReturnValue:
    """The sets with their addresses, and honestly what is not there yet."""
    base = current_app.config["SETTINGS"].base_url.rstrip("/")
    return render_template("opendata/index.html", sets=SETS, base=base)
