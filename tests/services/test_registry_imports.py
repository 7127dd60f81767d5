"""Importing a list: every row accounted for, the same file twice changes nothing, all of it or none."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from marketplace.jobs import registry as jobs
from marketplace.models import db
from marketplace.models.audit import Event
from marketplace.models.businesses import Business, SupplierChange
from marketplace.models.registry import RegistryImport, RegistryRecord, RegistryRow
from marketplace.reads import registry as reading
from marketplace.rules.businesses import BusinessState, Kind, Scale
from marketplace.rules.policy import SYSTEM
from marketplace.rules.refusals import Invalid, WrongState
from marketplace.rules.registry import Source
from marketplace.rules.registry_imports import ImportState, Outcome
from marketplace.services import audit, keyring
from marketplace.services import businesses as business_services
from marketplace.services.registry import running, taking, uploads
from tests.factories import businesses
from tests.factories.registry import csv_of, entry, imported, table, uploaded, xlsx_of


def sidt(*entries: dict[str, Any]) -> bytes:
    return csv_of(table(entries))


def counts(of: RegistryImport) -> tuple[int, int, int, int]:
    return of.new_count, of.changed_count, of.unchanged_count, of.rejected_count


def business(n: int) -> Business:
    return db.session.scalars(select(Business).where(Business.name == f"Dapur Bu Siti {n}")).one()


def codes(of: RegistryImport, line: int) -> list[str]:
    found = reading.row_of(of, line)
    assert found is not None
    return [fault[0] for fault in found[0].faults]


def test_a_row_becomes_a_registered_business_with_everything_it_says(app: Flask, at: datetime) -> None:
    of = imported(sidt(entry(1)), at)
    assert (of.state, counts(of)) == (ImportState.DONE, (1, 0, 0, 0))
    made = business(1)
    assert made.state is BusinessState.REGISTERED
    assert (made.in_sidt, made.in_dinkop) == (True, False)
    assert (made.kind, made.scale, made.trade_code) == (Kind.SOLE, Scale.MICRO, "catering")
    assert (made.area_code, made.workers, made.founded_year) == ("36.72.05.1002", 4, 2015)
    assert made.address == "Jl. Contoh No. 1 RT 001 RW 002"
    assert keyring.decrypt(made.nik_cipher) == entry(1)["nik_pengusaha"]
    assert keyring.decrypt(made.phone_cipher) == "+6281210000001"
    assert "dapur bu siti 1" in made.search_text


def test_the_same_file_twice_changes_nothing(app: Flask, at: datetime) -> None:
    content = xlsx_of(table([entry(n) for n in range(1, 30)]))
    first = imported(content, at)
    before = db.session.execute(select(Business.__table__).order_by(Business.id)).all()
    notes = db.session.scalar(select(func.count()).select_from(SupplierChange))
    again = imported(content, at)
    assert counts(first) == (29, 0, 0, 0)
    assert counts(again) == (0, 0, 29, 0)
    assert db.session.execute(select(Business.__table__).order_by(Business.id)).all() == before
    assert db.session.scalar(select(func.count()).select_from(SupplierChange)) == notes
    row, holder = reading.row_of(again, 5) or (None, None)
    assert row is not None
    assert holder is not None
    assert (row.content, holder.import_id) == (None, first.id)


def test_the_same_rows_in_another_format_and_order_of_columns_change_nothing_either(app: Flask, at: datetime) -> None:
    rows = table([entry(n) for n in range(1, 10)])
    imported(csv_of(rows, ";"), at)
    turned = [list(reversed(row)) for row in rows]
    assert counts(imported(xlsx_of(turned), at)) == (0, 0, 9, 0)


def test_every_row_is_accounted_for_with_line_column_and_reason(app: Flask, at: datetime) -> None:
    of = imported(
        sidt(
            entry(1),
            entry(2, nik_pengusaha="12345"),
            entry(3, tanggal_lahir="1980-02-31"),
            entry(4, tk_dibayar_laki=-3),
            entry(5, kel_usaha="Entah"),
            entry(6, nama_usaha="", nama_pengusaha=""),
            entry(7, kab_usaha="KAB. SERANG"),
            entry(8, omzet_tahunan=90_000_000_000),
            entry(9, nik_pengusaha="3672059901800009"),
            entry(10, kontak_hp="12"),
        ),
        at,
    )
    assert of.rows_total == 10 == sum(counts(of))
    assert counts(of) == (2, 0, 0, 8)
    assert of.warned_count == 1
    expected = {
        3: "nik_length", 4: "date_impossible", 5: "negative", 6: "area_unknown", 7: "needed", 8: "elsewhere",
        9: "above_medium", 10: "nik_date", 11: "phone_invalid",
    }  # fmt: skip
    for line, code in expected.items():
        assert code in codes(of, line), line
    row, _ = reading.row_of(of, 3) or (None, None)
    assert row is not None
    assert row.faults[0] == ["nik_length", "nik", 1, {"count": 5}]
    assert any("NIK harus 16 angka; di sini 5." in said for said in reading.rejections(of, 20))


def test_a_mended_row_is_taken_over_and_the_others_stay(app: Flask, at: datetime) -> None:
    imported(sidt(entry(1), entry(2, nik_pengusaha="12345")), at)
    mended = imported(sidt(entry(2)), at)
    assert (counts(mended), mended.missing_count) == ((1, 0, 0, 0), 1)
    assert db.session.scalar(select(func.count()).select_from(Business)) == 2


def test_what_the_list_changes_follows_and_what_was_corrected_here_stays(app: Flask, at: datetime) -> None:
    imported(sidt(entry(1), entry(2)), at)
    corrected = business(2)
    business_services.correct(corrected, {"address": "Jl. Benar 9"}, business_services.Secrets(), SYSTEM, at)
    of = imported(sidt(entry(1, alamat_usaha="Jl. Baru 1"), entry(2, alamat_usaha="Jl. Baru 2", omzet_tahunan=1)), at)
    assert counts(of) == (0, 2, 0, 0)
    assert business(1).address == "Jl. Baru 1 RT 001 RW 002"
    assert business(2).address == "Jl. Benar 9"
    assert business(2).annual_sales == 1
    assert codes(of, 3) == ["kept_on_file"]
    row, _ = reading.row_of(of, 3) or (None, None)
    assert row is not None
    assert row.changes == {"annual_sales": [90_000_000, 1]}


def test_personal_values_stay_out_of_what_is_noted_as_changed(app: Flask, at: datetime) -> None:
    imported(sidt(entry(1)), at)
    of = imported(sidt(entry(1, nama_pengusaha="Aminah", kontak_hp="081299999999")), at)
    row, _ = reading.row_of(of, 2) or (None, None)
    assert row is not None
    assert row.changes == {"owner_name": "*", "phone": "*"}


# -- recognising ------------------------------------------------------------------------


def test_a_business_is_recognised_across_lists_by_nik_and_name(app: Flask, at: datetime) -> None:
    imported(sidt(entry(1, nib="")), at)
    titles = ["No", "Nama Pemilik", "Nama Usaha", "NIK", "Kelurahan", "Jenis Usaha"]
    rows = [titles, [1, "Siti Contoh 1", "DAPUR BU SITI 1", entry(1)["nik_pengusaha"], "Jombang Wetan", "katering"]]
    of = imported(csv_of(rows), at, Source.DINKOP)
    assert counts(of) == (0, 1, 0, 0)
    made = business(1)
    assert made.in_sidt
    assert made.in_dinkop


def test_a_business_is_recognised_by_its_nib_when_the_owner_agrees(app: Flask, at: datetime) -> None:
    on_file = businesses.business("Katering Melati", nib="0000000000001")
    nik = entry(1)["nik_pengusaha"]
    on_file.nik_cipher, on_file.nik_hash = keyring.encrypt(nik), keyring.lookup_hash(nik, "nik")
    of = imported(sidt(entry(1)), at)
    assert counts(of) == (0, 1, 0, 0)
    assert on_file.name == "Katering Melati"
    assert on_file.in_sidt


def test_the_same_nib_with_another_owner_is_left_to_the_review(app: Flask, at: datetime) -> None:
    imported(sidt(entry(1)), at)
    of = imported(sidt(entry(1), entry(2, nib=entry(1)["nib"], nama_usaha="Bengkel Las Jaya")), at)
    assert counts(of) == (1, 0, 1, 0)
    assert "nib_shared" in codes(of, 3)


def test_one_business_twice_in_a_file_is_one_business_and_both_rows_are_known_again(app: Flask, at: datetime) -> None:
    content = sidt(entry(1), entry(1, id_data_badan_usaha="BU-900001"), entry(1, alamat_usaha="Jl. Lain"))
    of = imported(content, at)
    assert (of.new_count, of.changed_count) == (1, 2)
    assert "same_as_line" in codes(of, 3)
    assert db.session.scalar(select(func.count()).select_from(Business)) == 1
    assert counts(imported(content, at)) == (0, 0, 3, 0)


def test_a_renamed_entry_without_a_number_of_its_own_is_still_the_same(app: Flask, at: datetime) -> None:
    titles = ["Nama Pemilik", "Nama Usaha", "NIK", "NIB", "Kelurahan"]
    person = [entry(1)["nik_pengusaha"], entry(1)["nib"], "Jombang Wetan"]
    imported(csv_of([titles, ["Siti Contoh", "Warung Melati", *person]]), at, Source.DINKOP)
    of = imported(csv_of([titles, ["Siti Contoh", "Dapur Kenanga", *person]]), at, Source.DINKOP)
    assert (counts(of), of.missing_count) == ((0, 1, 0, 0), 0)
    assert db.session.scalars(select(Business.name)).all() == ["Dapur Kenanga"]
    assert db.session.scalar(select(func.count()).select_from(RegistryRecord)) == 1


# -- all of it or none ------------------------------------------------------------------------


def test_nothing_is_written_when_taking_over_breaks_and_the_import_resumes(
    app: Flask, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = uploaded(sidt(*(entry(n) for n in range(1, 6))), at)
    uploads.confirm(of, SYSTEM, at)
    number = of.id
    db.session.commit()

    class Killed(BaseException):
        """What a process that is killed never gets to handle."""

    def die(*_: object) -> None:
        db.session.flush()
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(taking, "_finish", die)
        with pytest.raises(Killed):
            jobs.run_next()
    assert db.session.scalar(select(func.count()).select_from(Business)) == 0
    assert db.session.scalar(select(func.count()).select_from(RegistryRow)) == 0
    stuck = reading.import_by_id(number)
    assert stuck.state is ImportState.RUNNING
    db.session.commit()
    assert jobs.run_next() is False
    stuck = reading.import_by_id(number)
    stuck.alive_at = at.replace(year=2020)
    db.session.commit()
    assert jobs.run_next() is True
    assert counts(reading.import_by_id(number)) == (5, 0, 0, 0)


def test_a_cancelled_import_takes_over_nothing_even_when_its_rows_are_ready(app: Flask, at: datetime) -> None:
    of = uploaded(sidt(entry(1)), at)
    uploads.confirm(of, SYSTEM, at)
    job = running.begin(at)
    assert job is not None
    uploads.cancel(of, SYSTEM, at)
    with pytest.raises(WrongState):
        running.note_alive(job, 1, at)
    with pytest.raises(WrongState):
        taking.take_over(of, job.worker, [], at)
    assert (of.content, of.head) == (None, None)
    with pytest.raises(WrongState):
        uploads.cancel(of, SYSTEM, at)


def test_only_one_import_runs_at_a_time(app: Flask, at: datetime) -> None:
    for n in (1, 2):
        uploads.confirm(uploaded(sidt(entry(n)), at), SYSTEM, at)
    assert running.begin(at) is not None
    assert running.begin(at) is None
    assert running.waiting(at) is False


def test_a_file_that_was_sent_and_has_not_ended_is_the_same_import(app: Flask, at: datetime) -> None:
    first = uploaded(sidt(entry(1)), at)
    assert uploaded(sidt(entry(1)), at) is first
    assert uploaded(sidt(entry(1)), at, Source.DINKOP) is not first


# -- what an auditor finds ----------------------------------------------------------------------


def test_the_journal_holds_one_event_whose_fingerprint_covers_every_row(app: Flask, at: datetime) -> None:
    of = imported(sidt(*(entry(n) for n in range(1, 20))), at)
    events = db.session.scalars(select(Event).where(Event.thing_type == "registry_imports").order_by(Event.seq)).all()
    assert [e.verb for e in events] == [
        "registry.upload", "registry_import.confirm", "registry_import.start", "registry_import.finish",
    ]  # fmt: skip
    assert events[-1].details["rows"] == {"new": 19, "changed": 0, "unchanged": 0, "rejected": 0}
    assert taking.fingerprint(of) == reading.journalled_fingerprint(of)
    row = db.session.scalars(select(RegistryRow).limit(1)).one()
    row.changes = {"name": ["a", "b"]}
    db.session.flush()
    assert taking.fingerprint(of) != reading.journalled_fingerprint(of)
    assert audit.verify().whole


def test_matching_hears_of_every_business_that_is_new_or_changed(app: Flask, at: datetime) -> None:
    imported(sidt(entry(1), entry(2)), at)
    imported(sidt(entry(1), entry(2, produk_utama="tumpeng")), at)
    noted = list(db.session.scalars(select(SupplierChange.business_id).order_by(SupplierChange.seq)))
    assert noted == [business(1).id, business(2).id, business(2).id]


def test_no_identity_or_phone_number_can_be_read_from_the_tables(app: Flask, at: datetime) -> None:
    of = imported(sidt(entry(1), entry(2, nik_pengusaha="367205410180")), at)
    waiting = uploaded(sidt(entry(3)), at)
    secrets = [entry(n)[name] for n in (1, 3) for name in ("nik_pengusaha", "kontak_hp")]
    secrets += ["367205410180", "81210000001"]
    db.session.flush()
    for table_ in (RegistryImport, RegistryRow, RegistryRecord, Business, Event):
        rows = db.session.execute(select(table_.__table__)).all()
        said = json.dumps([[v.hex() if isinstance(v, bytes) else str(v) for v in row] for row in rows])
        plain = b"".join(v for row in rows for v in row if isinstance(v, bytes))
        for secret in secrets:
            assert secret not in said, table_
            assert secret.encode() not in plain, table_
    assert of.state is ImportState.DONE
    assert waiting.content is not None


def test_columns_are_asked_for_and_remembered(app: Flask, at: datetime) -> None:
    rows = [["A", "B", "C"], ["Warung Sate", "Siti", "Jombang Wetan"], ["Toko Beras", "Budi", "Ciwaduk"]]
    of = uploaded(csv_of(rows), at, Source.DINKOP)
    with pytest.raises(Invalid):
        uploads.confirm(of, SYSTEM, at)
    fields = uploads.Field
    with pytest.raises(Invalid):
        uploads.map_columns(of, [fields.NAME, fields.NAME, fields.KELURAHAN], SYSTEM, at)
    uploads.map_columns(of, [fields.NAME, fields.OWNER, fields.KELURAHAN], SYSTEM, at)
    rows.append(["Laundry Bersih", "Ani", "Gerem"])
    assert uploads.fields_of(uploaded(csv_of(rows), at, Source.DINKOP)) == (fields.NAME, fields.OWNER, fields.KELURAHAN)


def test_outcomes_of_rows_add_up_in_the_database_too(app: Flask, at: datetime) -> None:
    of = imported(sidt(entry(1)), at)
    by_outcome = dict(db.session.execute(select(RegistryRow.outcome, func.count()).group_by(RegistryRow.outcome)).all())
    assert by_outcome == {Outcome.NEW: of.new_count}
