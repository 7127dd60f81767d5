"""The life of a certificate; expiry is computed from the printed date, never stored as a state."""

from __future__ import annotations

from datetime import date
from typing import Any

from marketplace.rules.lives import Life, Step
from marketplace.rules.words import N_, Word


class CertificateState(Word):
    """What Dinkop has said of it."""

    SUBMITTED = "submitted", N_("Menunggu verifikasi"), "warning"
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
CERTIFICATE_LIFE = Life(
    "certificate",
    S.SUBMITTED,
    (
        Step("verify", (S.SUBMITTED,), S.VERIFIED, "certificate.verify", N_("Sahkan"), "good", "verified_at"),
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
