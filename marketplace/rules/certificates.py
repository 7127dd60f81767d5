"""The life of a certificate; expiry is computed from the printed date, never stored as a state."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from marketplace.rules.lives import Life, Step
from marketplace.rules.refusals import Invalid, WrongState
from marketplace.rules.words import N_, Word


class CertificateState(Word):
    """What Dinkop has said of it."""

    SUBMITTED = "submitted", N_("Menunggu verifikasi"), "warning"
    VERIFIED = "verified", N_("Terverifikasi"), "good"
    REJECTED = "rejected", N_("Ditolak"), "bad"
    REVOKED = "revoked", N_("Dicabut"), "bad"


class Shelf(Word):
    """Where those who verify look for a certificate: by its state, what its issuer still works on apart."""

    WAITING = "submitted", N_("Menunggu verifikasi"), "warning"
    IN_PROCESS = "in-process", N_("Masih diproses penerbit"), "neutral"
    VERIFIED = "verified", N_("Terverifikasi"), "good"
    REJECTED = "rejected", N_("Ditolak"), "bad"
    REVOKED = "revoked", N_("Dicabut"), "bad"


class Holder(Word):
    """Who or what holds a certificate of a type."""

    BUSINESS = "business", N_("Usaha")
    PERSON = "person", N_("Orang")
    SITE = "site", N_("Tempat usaha")
    PRODUCT = "product", N_("Produk")
    VEHICLE = "vehicle", N_("Kendaraan")
    COOPERATIVE = "cooperative", N_("Koperasi")


class Standing(Word):
    """What the public page behind the QR says, and nothing else."""

    VALID = "valid", N_("Sah dan berlaku"), "good"
    EXPIRED = "expired", N_("Kedaluwarsa"), "warning"
    REVOKED = "revoked", N_("Dicabut"), "bad"
    UNKNOWN = "unknown", N_("Belum diverifikasi"), "neutral"


S = CertificateState
STANDING_STATES = (S.SUBMITTED, S.VERIFIED)
"""States in which a certificate's number is taken: no other certificate of its type bears it."""


def _is_issued(certificate: Any, at: datetime) -> None:
    if certificate.expected_on is not None:
        raise WrongState("in_process", N_("Sertifikat ini masih diproses penerbitnya: belum ada yang bisa disahkan."))


CERTIFICATE_LIFE = Life(
    "certificate",
    S.SUBMITTED,
    (
        Step(
            "verify", (S.SUBMITTED,), S.VERIFIED, "certificate.verify", N_("Sahkan"), "good", "verified_at", _is_issued
        ),
        Step("reject", (S.SUBMITTED,), S.REJECTED, "certificate.verify", N_("Tolak"), "bad", "decided_at"),
        Step("revoke", (S.VERIFIED,), S.REVOKED, "certificate.verify", N_("Cabut"), "bad", "decided_at"),
        Step("resubmit", (S.REJECTED,), S.SUBMITTED, "certificate.submit", N_("Kirim ulang"), "info", "submitted_at"),
    ),
)


def covers(certificate: Any, start: date, end: date) -> bool:
    """Whether a verified certificate is valid on every day from `start` to `end` (no printed end means no end)."""
    begun = certificate.issued_on is None or certificate.issued_on <= start
    lasts = certificate.valid_until is None or certificate.valid_until >= end
    return bool(certificate.state is S.VERIFIED and begun and lasts)


def standing(certificate: Any, today: date) -> Standing:
    """What may be said in public about a certificate on `today`."""
    if certificate.state is S.REVOKED:
        return Standing.REVOKED
    if certificate.state is not S.VERIFIED:
        return Standing.UNKNOWN
    return Standing.VALID if covers(certificate, today, today) else Standing.EXPIRED


LONGEST_NUMBER = 60
LONGEST_NAME = 200
LONGEST_YEARS = 20
"""No certificate is printed with an end further off than this; one that never ends bears no end."""


def in_process(certificate: Any) -> bool:
    """Whether its issuer is still working on it: there is no paper yet that anybody could verify."""
    return certificate.state is S.SUBMITTED and certificate.expected_on is not None


@dataclass(frozen=True)
class CertificateSheet:
    """A certificate as its holder states it; dates as printed on it."""

    type_code: str
    number: str
    issuer: str = ""
    holder_name: str = ""
    issued_on: date | None = None
    valid_until: date | None = None


def tidy_number(text: str) -> str:
    """A certificate's number as it is stored and compared: upper case, single spaces."""
    return " ".join(text.upper().split())


def faults_of(sheet: CertificateSheet, today: date) -> list[Invalid]:
    """Everything that cannot be: no type, no number, a text too long, dates that no certificate bears."""
    found = []
    if not sheet.type_code:
        found.append(Invalid("type_code", "type_missing", N_("Pilih jenis sertifikatnya.")))
    if not 0 < len(tidy_number(sheet.number)) <= LONGEST_NUMBER:
        found.append(Invalid("number", "number_missing", N_("Tulis nomor sertifikat, paling panjang 60 huruf.")))
    long = N_("Penerbit dan nama pemegang paling panjang 200 huruf.")
    found += [
        Invalid(field, "text_long", long)
        for field, text in (("issuer", sheet.issuer), ("holder_name", sheet.holder_name))
        if len(text) > LONGEST_NAME
    ]
    if sheet.issued_on is not None and sheet.issued_on > today:
        found.append(Invalid("issued_on", "issued_ahead", N_("Tanggal terbit tidak boleh sesudah hari ini.")))
    if sheet.issued_on and sheet.valid_until and sheet.valid_until <= sheet.issued_on:
        words = N_("Tanggal berakhir harus sesudah tanggal terbit.")
        found.append(Invalid("valid_until", "dates_backwards", words))
    elif sheet.valid_until is not None and sheet.valid_until < today:
        words = N_("Sertifikat ini sudah berakhir. Kirim yang baru.")
        found.append(Invalid("valid_until", "already_over", words))
    elif sheet.valid_until is not None and _beyond(sheet.valid_until, today):
        words = N_("Tanggal berakhir paling jauh %(years)s tahun lagi. Kosongkan bila berlaku tanpa batas.")
        found.append(Invalid("valid_until", "too_far", words, years=LONGEST_YEARS))
    return found


def _beyond(day: date, today: date) -> bool:
    return (day.year - LONGEST_YEARS, day.month, day.day) > (today.year, today.month, today.day)


def fault_of_number(own: bool, others: bool) -> Invalid | None:
    """The fault of a number that stands already, on one's `own` certificate of the type or on `others`, in any state
    but rejected and revoked. Whose it is stays unsaid."""
    if own:
        return Invalid("number", "number_twice", N_("Sertifikat dengan nomor ini sudah Anda kirim."))
    if others:
        words = N_(
            "Nomor ini sudah dipakai usaha lain. Periksa nomornya; bila memang milik Anda, tunjukkan aslinya ke Dinkop."
        )
        return Invalid("number", "number_used", words)
    return None


def fault_of_other_type(label: str) -> Invalid:
    """The fault of a number that one's own certificate of another type bears: `label` names that certificate."""
    words = N_("Nomor ini sudah ada pada sertifikat Anda yang lain: %(other)s. Periksa jenis dan nomornya.")
    return Invalid("number", "number_other_type", words, other=label)


RENEWABLE_DAYS = 90
"""So near its last day, or past it, a certificate may be sent again under its own number."""


def renewable(certificate: Any, today: date) -> bool:
    """Whether the holder may send a new certificate with this one's number: it is verified and near its end or over."""
    if certificate.state is not S.VERIFIED or certificate.valid_until is None:
        return False
    return bool((certificate.valid_until - today).days <= RENEWABLE_DAYS)


# -- hints: for the eye, never a refusal -----------------------------------------------


@dataclass(frozen=True)
class Hint:
    """Something unusual about a certificate: worth a second look, for its holder and for those who verify."""

    about: str
    message: str
    params: dict[str, object] = field(default_factory=dict)


SLACK_MONTHS = 2
"""A term that differs from its type's usual one by no more than this is not remarked on."""

_A_KIND = frozenset(["lembaga", "lsp", "lspro", "lsbu", "klinik", "pabrik", "penyedia", "laboratorium"])
"""A usual issuer described by one of these is a kind of office: any name may stand there."""
_CALLED = {
    "dinkes": "dinas kesehatan",
    "dinkop": "dinas koperasi",
    "dishub": "dinas perhubungan",
    "kemenkumham": "kementerian hukum",
    "kemenkum": "kementerian hukum",
    "kemenkes": "kementerian kesehatan",
    "kemnaker": "kementerian ketenagakerjaan",
    "kemenkop": "kementerian koperasi",
    "kemenperin": "kementerian perindustrian",
    "djp": "direktorat jenderal pajak",
    "djki": "direktorat jenderal kekayaan intelektual",
    "polri": "kepolisian",
    "walikota": "wali kota",
}
_SAYS_NOTHING = frozenset({"dan", "atau", "via", "kota", "cilegon", "banten", "dinas", "kementerian", "provinsi"})


def hints_of(sheet: Any, type_: Any) -> list[Hint]:
    """What is unusual about a certificate (anything with the fields of a sheet) of a type: the form of its number, its
    issuer, its term. Numbers, issuers and terms change with the rules, so none of it refuses anything."""
    found = []
    if sheet.number and looks_unusual(tidy_number(sheet.number), type_.number_pattern):
        found.append(Hint("number", N_("Bentuk nomornya tidak seperti biasanya. Cocokkan dengan sertifikatnya.")))
    if issuer_unusual(sheet.issuer, type_.issuer):
        found.append(Hint("issuer", N_("Biasanya diterbitkan oleh %(issuer)s."), {"issuer": type_.issuer}))
    usual = type_.validity_months
    if usual and sheet.valid_until is None:
        words = N_("Biasanya berlaku %(months)s bulan, tetapi tanggal berakhirnya kosong.")
        found.append(Hint("valid_until", words, {"months": usual}))
    elif usual and sheet.issued_on and sheet.valid_until:
        months = (sheet.valid_until - sheet.issued_on).days / 30.4375
        if abs(months - usual) > SLACK_MONTHS:
            words = N_("Biasanya berlaku %(months)s bulan; menurut tanggalnya %(term)s bulan.")
            found.append(Hint("valid_until", words, {"months": usual, "term": round(months)}))
    return found


def looks_unusual(number: str, pattern: str) -> bool:
    """Whether a number differs from the form its type usually has. A hint for the eye, never a refusal."""
    return bool(pattern) and re.search(pattern, number) is None


def issuer_unusual(typed: str, usual: str) -> bool:
    """Whether an issuer shares no word, initials or short name with the usual one. Nothing typed, or a usual issuer
    that is only a kind of office ("lembaga sertifikasi"), cannot be unusual."""
    theirs, known = _names(typed), _names(usual)
    if not theirs or not known or known & _A_KIND:
        return False
    return not theirs & known


def _names(text: str) -> set[str]:
    words = re.findall(r"[a-z0-9]+", text.lower())
    known = {word for word in words if len(word) > 2}
    for word in words:
        known |= set(_CALLED.get(word, "").split())
    for part in re.split(r"[/()]", text.lower()):
        initials = "".join(word[0] for word in re.findall(r"[a-z]+", part) if word not in {"dan", "via", "atau"})
        if len(initials) > 2:
            known.add(initials)
    return known - _SAYS_NOTHING or set(words)
