"""Needs that the city's certified businesses cannot meet: what is missing, and what would help."""

from __future__ import annotations

from flask import g, render_template
from flask.typing import ResponseReturnValue

from marketplace.models.tenders import Lot
from marketplace.reads import certificates
from marketplace.reads import unmet_needs as reading
from marketplace.rules.tenders import TenderState
from marketplace.rules.unmet_needs import Shortage, missing_certificates
from marketplace.services import matching_room
from marketplace.services.matching_room import Supply
from marketplace.web import exports
from marketplace.web.doors import Door
from marketplace.web.filters import name_of
from marketplace.web.format import open_days
from marketplace.web.visitors import language

door = Door("unmet_needs")

COLUMNS = (
    "kebutuhan",
    "paket",
    "kategori",
    "lolos",
    "kapasitas_per_hari",
    "dibutuhkan_per_hari",
    "satuan",
    "hari_kirim",
    "keadaan",
    "alasan",
    "saran",
)


@door.page("/kebutuhan-tak-terpenuhi", "dinkop.desk")
def unmet() -> ResponseReturnValue:
    """Lots for which too few pass, and the certificates that would open most."""
    looked = _looked()
    names = {kind.code: name_of(kind) for kind in certificates.types()}
    return render_template(
        "unmet_needs/list.html",
        rows=[(lot, supply, shortage) for lot, supply, shortage in looked if shortage.unmet],
        met=sum(not shortage.unmet for _, _, shortage in looked),
        missing=missing_certificates(shortage for _, _, shortage in looked),
        names=names,
    )


@door.page("/kebutuhan-tak-terpenuhi.<fmt>", "dinkop.desk", limit=(30, 600))
def unmet_file(fmt: str) -> ResponseReturnValue:
    """The same lots as a file."""
    rows = (
        (
            lot.tender.code, lot.title, name_of(lot.category), shortage.passing, shortage.capacity, shortage.needed,
            lot.unit, open_days(lot.weekdays), lot.tender.state, lot.tender.reason,
            supply.relaxations[0].sentence if supply.relaxations else "",
        )
        for lot, supply, shortage in _looked()
        if shortage.unmet
    )  # fmt: skip
    return exports.table(fmt, "kebutuhan-tak-terpenuhi", COLUMNS, rows)


def _looked() -> list[tuple[Lot, Supply, Shortage]]:
    """Every lot worth looking at with its supply as of now."""
    found = []
    lots = reading.lots_to_look_at(g.actor, g.at)
    for lot, supply in zip(lots, matching_room.supplies(lots, g.at, language()), strict=True):
        kept = {gate.code: gate.alone for gate in supply.gates if gate.gate == "certificate"}
        failed = lot.tender.state is TenderState.UNSUCCESSFUL
        shortage = Shortage(lot.id, failed, supply.passing, supply.capacity_per_day, supply.needed_per_day, kept)
        found.append((lot, supply, shortage))
    return sorted(found, key=lambda row: (row[2].failed, row[2].passing, row[0].id))
