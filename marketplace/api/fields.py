"""The names of fields: what the market's laws call a field, in the words of the API's documents."""

from __future__ import annotations

import re

from pydantic.alias_generators import to_camel

_NAMES = {
    "closes_at": "tenderPeriod.endDate",
    "site_id": "site",
    "method": "procurementMethod",
    "start_on": "contractPeriod.startDate",
    "end_on": "contractPeriod.endDate",
    "amount": "quantity",
    "min_share": "minSharePerDay",
    "certificates": "requirements",
    "weekdays": "deliveryWeekdays",
    "question": "text",
}
_BID_LINE = re.compile(r"lot-(\d+)-(\w+)")
_BID_PARTS = {"quantity": "quantityPerDay", "price": "price"}


def named(field: str) -> str:
    """`field` as the API's documents name it: `lots-0-min_share` is `lots.0.minSharePerDay`."""
    if field == "Idempotency-Key":
        return field
    if field.startswith("answer-"):
        return "text"
    return ".".join(_NAMES.get(part) or _camel(part) for part in re.split(r"[-.]", field))


def line_field(field: str, lots: list[str]) -> str:
    """A bid's rule's field (`lot-2-price`) as the body's line of that lot; `lots` are the lines' lots in order."""
    found = _BID_LINE.fullmatch(field)
    if found is None or found[1] not in lots:
        return "lines" if field == "lots" else field
    return f"lines.{lots.index(found[1])}.{_BID_PARTS.get(found[2], found[2])}"


def _camel(part: str) -> str:
    return str(to_camel(part)) if "_" in part else part
