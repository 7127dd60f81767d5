"""Bodies that the API takes."""

from __future__ import annotations

from typing import Any

TENDER: dict[str, Any] = {
    "title": "Makan siang karyawan",
    "summary": "Makan siang 1.000 porsi sehari selama Januari 2027, diantar sampai gerbang.",
    "tenderPeriod": {"endDate": "2026-11-27T10:00:00+07:00"},
    "lots": [
        {
            "title": "Makan siang",
            "category": "katering-harian",
            "quantityPerDay": 1000,
            "contractPeriod": {"startDate": "2027-01-01", "endDate": "2027-01-31"},
            "ceilingPrice": 25000,
            "minSharePerDay": 100,
            "requirements": [{"certificate": "HALAL"}],
            "items": [{"description": "Nasi kotak", "quantity": 31000}],
        }
    ],
}
BID: dict[str, Any] = {
    "lines": [{"relatedLot": "1", "price": 20000, "quantityPerDay": 500}],
    "validUntil": "2027-03-31",
}
TERMS: dict[str, Any] = {
    "price": 19000,
    "quantityPerDay": 500,
    "contractPeriod": {"startDate": "2027-01-01", "endDate": "2027-01-31"},
    "paymentDays": 14,
    "expiresAt": "2026-11-26T10:00:00+07:00",
}
REASON = {"reason": "Kebutuhan berubah"}
TEXT = {"text": "katering makan siang 1.000 box per hari"}


def tender(**changed: Any) -> dict[str, Any]:
    """A tender with some of its fields changed."""
    return {**TENDER, **changed}


def lot(**changed: Any) -> dict[str, Any]:
    """A tender whose one lot has some of its fields changed."""
    return tender(lots=[{**TENDER["lots"][0], **changed}])


def bid(**changed: Any) -> dict[str, Any]:
    """A bid whose one line has some of its fields changed."""
    return {**BID, "lines": [{**BID["lines"][0], **changed}]}


def shares(bid_code: str, per_day: int = 500) -> dict[str, Any]:
    """A proposal that gives the first lot to one bid."""
    share = {"bid": bid_code, "relatedLot": "1", "quantityPerDay": per_day}
    return {"shares": [share], "reason": "Nilai tertinggi", "partial": True}
