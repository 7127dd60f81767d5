"""Which withholding usually meets a small supplier's invoice: information for the bidder, nothing that binds.

The rates themselves are dated data (`models/rates`); here stands only which one is meant: services of a company PPh 23
of the gross, services of a sole trader PPh 21, bought goods none, and for both the final tax where the supplier shows
its certificate (Surat Keterangan, PP 55/2022).
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from marketplace.rules.businesses import Kind

FINAL = "PPH_FINAL_UMKM"
SERVICES_OF_A_COMPANY = "PPH23_JASA"
SERVICES_OF_A_PERSON = "PPH21_BUKAN_PEGAWAI"


def usual_withholding(kind: Kind, services: bool) -> str | None:
    """The code of the rate that a buyer usually withholds without the certificate, None where nothing is withheld."""
    if not services:
        return None
    return SERVICES_OF_A_PERSON if kind is Kind.SOLE else SERVICES_OF_A_COMPANY


def withheld(gross: int, percent: Decimal) -> int:
    """Whole rupiah withheld from `gross` rupiah at `percent`, half a rupiah rounded up."""
    return int((gross * percent / 100).quantize(Decimal(1), ROUND_HALF_UP))
