"""Lists as files, and imports of them."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import xlsxwriter

from marketplace.jobs import registry as jobs
from marketplace.models import db
from marketplace.models.registry import RegistryImport, RegistryRow
from marketplace.reads import registry as reading
from marketplace.rules.policy import SYSTEM
from marketplace.rules.registry import Source
from marketplace.rules.registry_columns import SIDT_COLUMNS
from marketplace.rules.registry_imports import ImportState, Outcome
from marketplace.services import keyring
from marketplace.services.registry import uploads
from tests.factories.accounts import BORN

Rows = Sequence[Sequence[Any]]
SIDT = ("id_data_badan_usaha", "nik_pengusaha", "nama_pengusaha", *list(SIDT_COLUMNS)[3:])
_numbers = itertools.count(1)


def entry(n: int, **more: Any) -> dict[str, Any]:
    """The n-th entry of a SIDT export, nothing wrong with it; `more` by column."""
    return {
        "id_data_badan_usaha": f"BU-{n:06d}",
        "nik_pengusaha": f"367205{41 + n % 28:02d}0180{n % 10000:04d}",
        "nama_pengusaha": f"Siti Contoh {n}",
        "nib": f"0000{n:09d}",
        "jenis_kelamin": "Perempuan",
        "tanggal_lahir": f"1980-01-{1 + n % 28:02d}",
        "kontak_hp": f"0812{10_000_000 + n}",
        "nama_usaha": f"Dapur Bu Siti {n}",
        "kegiatan_utama": "katering nasi box untuk karyawan",
        "produk_utama": "nasi box",
        "status_badan_usaha": "Perorangan",
        "modal_pendirian": 5_000_000,
        "tahun_mulai_operasi": 2015,
        "kab_usaha": "KOTA CILEGON",
        "kec_usaha": "JOMBANG",
        "kel_usaha": "JOMBANG WETAN",
        "alamat_usaha": f"Jl. Contoh No. {n}",
        "rt_usaha": "01",
        "rw_usaha": "02",
        "tk_dibayar_laki": 1,
        "tk_dibayar_perempuan": 2,
        "tk_not_dibayar_laki": 0,
        "tk_not_dibayar_perempuan": 1,
        "skala_usaha": "Mikro",
        "omzet_tahunan": 90_000_000,
        **more,
    }


def table(entries: Sequence[dict[str, Any]]) -> Rows:
    """Entries as rows below SIDT's titles."""
    return [SIDT, *([e.get(name, "") for name in SIDT] for e in entries)]


def csv_of(rows: Rows, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """Rows as a CSV file."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def xlsx_of(rows: Rows, merged: Sequence[str] = (), sheets: Sequence[str] = ("Data",)) -> bytes:
    """Rows as a workbook: numbers as numbers; `merged` ranges such as "D4:F4" keep the value of their first cell."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for name in sheets:
        sheet = book.add_worksheet(name)
        for r, row in enumerate(rows if name == sheets[0] else []):
            for c, value in enumerate(row):
                if isinstance(value, int | float):
                    sheet.write_number(r, c, value)
                elif value:
                    sheet.write_string(r, c, value)
        for place in merged if name == sheets[0] else ():
            sheet.merge_range(place, None)
    book.close()
    return out.getvalue()


def uploaded(content: bytes, at: datetime, source: Source = Source.SIDT, name: str = "daftar.csv") -> RegistryImport:
    """A file that was taken in."""
    return uploads.receive(source, name, content, SYSTEM, at)


def imported(content: bytes, at: datetime, source: Source = Source.SIDT, name: str = "daftar.csv") -> RegistryImport:
    """A file that was taken in, confirmed and run; commits."""
    of = uploaded(content, at, source, name)
    uploads.confirm(of, SYSTEM, at)
    number = of.id
    db.session.commit()
    jobs.run_all()
    return reading.import_by_id(number)


def done() -> RegistryImport:
    """A finished import of one refused row in line 2, written directly."""
    n = next(_numbers)
    of = RegistryImport(
        code=f"IM-26-9{n:03d}",
        source=Source.DINKOP,
        state=ImportState.DONE,
        file_name="daftar.csv",
        sha256=f"{n:064d}",
        size=100,
        titles=["Nama Usaha", "NIK"],
        columns=["name", "nik"],
        rows_total=1,
        rejected_count=1,
        uploaded_at=BORN,
        ended_at=BORN,
    )
    db.session.add(of)
    db.session.flush()
    content = keyring.encrypt(json.dumps({"raw": ["Warung Contoh", "12345"], "clean": {}}))
    faults = [["nik_length", "nik", 1, {"count": 5}]]
    db.session.add(
        RegistryRow(
            import_id=of.id, line=2, outcome=Outcome.REJECTED, faults=faults, digest=f"{n:064d}", content=content
        )
    )
    db.session.flush()
    return of
