"""The papers of a cohort as PDF: letters of invitation, a day's attendance list, certificates of attendance.

What people typed goes in as values of a JSON document, never as markup, so nothing in it can be executed.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import segno
import typst
from flask import Response
from flask_babel import gettext

from marketplace.models.training import Cohort, Enrolment, Package
from marketplace.rules.cohorts import Days, room_code
from marketplace.rules.refusals import NotFound
from marketplace.rules.words import N_
from marketplace.web.format import date_long, date_short, number
from marketplace.web.visitors import language
from marketplace.web.whatsapp import address

TEMPLATE = Path(__file__).resolve().parent.parent.parent / "papers" / "training.typ"


def day_span(first: date, last: date) -> str:
    """From when to when: "Selasa, 24 November 2026", or "24 Nov 2026 sampai 26 Nov 2026"."""
    if first == last:
        return date_long(first)
    return str(gettext("%(first)s sampai %(last)s", first=date_short(first), last=date_short(last)))


def letters(of: Sequence[Enrolment], at: datetime) -> Response:
    """A letter of invitation for each. Raises NotFound when there is nobody to write to."""
    if not of:
        raise NotFound("nobody", N_("Tidak ada yang diundang, jadi tidak ada suratnya."))
    cohort = of[0].cohort
    data = {"kind": "letters", "title": gettext("Surat undangan"), "list": [_letter(e, at) for e in of]}
    return _answer(data, f"undangan-{cohort.code}", at)


def _letter(of: Enrolment, at: datetime) -> dict[str, Any]:
    cohort = of.cohort
    link = address(f"/undangan-pelatihan/{of.token}")
    return {
        "top": [
            [gettext("Nomor"), f"{cohort.code}/{of.id}"],
            [gettext("Tanggal"), date_long(at)],
            [gettext("Perihal"), gettext("Undangan pelatihan")],
        ],
        "to": gettext("Yth."),
        "name": of.business.owner_name or of.business.name,
        "business": f"{of.business.name}, {of.business.area.kelurahan}, {of.business.area.kecamatan}",
        "opening": gettext("Kami mengundang Anda mengikuti pelatihan berikut. Tidak dipungut biaya apa pun."),
        "facts": _facts(cohort),
        "answer": gettext("Jawab undangan ini: pindai kode di samping dengan kamera HP, atau buka alamat ini:"),
        "address": link,
        "bring": gettext("Bawa KTP dan, bila ada, NIB. Surat ini berlaku untuk pemilik atau pengurus usaha di atas."),
        "closing": gettext("Atas perhatian Anda kami ucapkan terima kasih."),
        "qr": _qr(link),
    }


def attendance_list(of: Cohort, people: Sequence[Enrolment], day: date, at: datetime) -> Response:
    """The list of one day to print: a code for each participant, and the code of the room."""
    nth = (day - of.starts_on).days + 1
    letters_of = room_code(of.room_token)
    data = {
        "kind": "list",
        "title": gettext("Daftar hadir"),
        "lead": f"{of.code} · {package_title(of.package)}",
        "facts": [
            [gettext("Hari"), gettext("%(day)s (hari ke-%(nth)s)", day=date_long(day), nth=nth)],
            *_facts(of)[2:],
        ],
        "room": gettext("Kode ruangan: pindai, lalu ketik 4 angka terakhir nomor HP Anda"),
        "qr": _qr(address(f"/ruang/{of.room_token}")),
        "letters": f"{letters_of[:3]} {letters_of[3:]}",
        "unscanned": gettext("Tidak bisa memindai? Buka %(address)s, lalu ketik:", address=_bare("/ruang")),
        "columns": [
            gettext("No."),
            gettext("Nama"),
            gettext("Usaha"),
            gettext("Kode"),
            gettext("Tanda tangan"),
        ],
        "rows": [
            {
                "number": str(n),
                "name": e.business.owner_name or e.business.name,
                "business": e.business.name,
                "qr": _qr(address(f"/hadir/{e.token}")),
            }
            for n, e in enumerate(people, start=1)
        ],
        "signatures": [gettext("Pelatih"), gettext("Petugas Dinkop")],
        "footer": f"{of.code} · {date_long(day)}",
    }
    return _answer(data, f"daftar-hadir-{of.code}-{day.isoformat()}", at)


def papers(of: Sequence[Enrolment]) -> Response:
    """A certificate of attendance for each who passed. Raises NotFound when nobody did."""
    given = [e for e in of if e.paper_code and e.decided_at]
    if not given:
        raise NotFound("nobody", N_("Belum ada yang lulus, jadi belum ada surat tanda peserta."))
    first = given[0]
    data = {"kind": "papers", "title": gettext("Surat Tanda Peserta"), "list": [_paper(e) for e in given]}
    name = first.paper_code if len(given) == 1 else f"surat-tanda-{first.cohort.code}"
    return _answer(data, name or "", first.decided_at or first.invited_at)


def _paper(of: Enrolment) -> dict[str, Any]:
    cohort = of.cohort
    all_days = Days(cohort.starts_on, cohort.ends_on).taught(cohort.package.days)
    result = gettext("Hadir %(days)s dari %(all)s hari", days=len(of.days), all=all_days)
    if of.after_score is not None:
        result += ", " + gettext("nilai tes akhir %(score)s", score=number(of.after_score))
    link = address(f"/cek-pelatihan/{of.paper_token}")
    return {
        "number": gettext("Nomor %(number)s", number=of.paper_code),
        "given": gettext("diberikan kepada"),
        "name": of.business.owner_name or of.business.name,
        "business": of.business.name,
        "did": gettext("yang telah mengikuti dan lulus pelatihan"),
        "package": package_title(cohort.package),
        "when": f"{day_span(cohort.starts_on, cohort.ends_on)}, {cohort.place}".rstrip(", "),
        "result": result,
        "check": gettext("Pindai untuk memeriksa, atau buka:"),
        "address": _bare(f"/cek-pelatihan/{of.paper_token}"),
        "dated": f"Cilegon, {date_long(of.decided_at or of.invited_at)}",
        "qr": _qr(link),
    }


def package_title(package: Package) -> str:
    """A package's name in the reader's language."""
    return package.name_en if language() == "en" and package.name_en else package.name


def _facts(of: Cohort) -> list[list[str]]:
    return [
        [gettext("Pelatihan"), package_title(of.package)],
        [gettext("Hari"), day_span(of.starts_on, of.ends_on)],
        [gettext("Pukul"), of.hours or "–"],
        [gettext("Tempat"), of.place or gettext("menyusul")],
        [gettext("Pelatih"), of.trainer or gettext("menyusul")],
    ]


def _bare(path: str) -> str:
    """An address as one types it, without its scheme."""
    return address(path).split("://", 1)[-1]


def _qr(link: str) -> str:
    out = io.BytesIO()
    segno.make(link, error="m").save(out, kind="svg", border=1, xmldecl=False)
    return out.getvalue().decode()


def _answer(data: dict[str, Any], name: str, dated: datetime) -> Response:
    whole = {
        **data,
        "office": gettext("Dinas Koperasi dan UKM"),
        "city": gettext("Pemerintah Kota Cilegon"),
        "signs": gettext("Kepala Dinas"),
        "lang": language(),
    }
    # the fonts inside the wheel only, so that every machine prints the same bytes
    made = typst.compile(
        TEMPLATE,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(whole, ensure_ascii=False)},
        timestamp=int(dated.timestamp()),
    )
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return Response(bytes(made), content_type="application/pdf", headers=headers)
