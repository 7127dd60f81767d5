"""The life of a certificate; expiry is computed from the printed date, never stored as a state."""

from __future__ import annotations

import re
from dataclasses import dataclass
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


def check_sheet(sheet: CertificateSheet, today: date) -> None:
    """Raise Invalid when the number is missing or too long, or the dates cannot be."""
    if not sheet.type_code:
        raise Invalid("type_code", "type_missing", N_("Pilih jenis sertifikatnya."))
    if not 0 < len(sheet.number) <= LONGEST_NUMBER:
        raise Invalid("number", "number_missing", N_("Tulis nomor sertifikat, paling panjang 60 huruf."))
    if len(sheet.issuer) > 200 or len(sheet.holder_name) > 200:
        raise Invalid("issuer", "text_long", N_("Penerbit dan nama pemegang paling panjang 200 huruf."))
    if sheet.issued_on is not None and sheet.issued_on > today:
        raise Invalid("issued_on", "issued_ahead", N_("Tanggal terbit tidak boleh sesudah hari ini."))
    if sheet.valid_until is not None and sheet.valid_until < today:
        raise Invalid("valid_until", "already_over", N_("Sertifikat ini sudah berakhir. Kirim yang baru."))
    if sheet.issued_on and sheet.valid_until and sheet.valid_until <= sheet.issued_on:
        raise Invalid("valid_until", "dates_backwards", N_("Tanggal berakhir harus sesudah tanggal terbit."))


def looks_unusual(number: str, pattern: str) -> bool:
    """Whether a number differs from the form its type usually has. A hint for the eye, never a refusal."""
    return bool(pattern) and re.search(pattern, number) is None
