"""Whole numbers and rupiah as people write and paste them; every field of every form reads them the same way."""

from __future__ import annotations

import re

_WHOLE = re.compile(r"([0-9]{1,3}([.,][0-9]{3})+|[0-9]+)([.,]0{1,2}|[.,]-{1,2})?")
_CURRENCY = re.compile(r"^(rp|idr)\.?|(rp|rupiah)$")


def whole_of(text: str) -> int | None:
    """A whole number as people write it ("1.200", "Rp 18.500,-", "18500,00"), None when it is none."""
    bare = _CURRENCY.sub("", re.sub(r"\s", "", text.lower()))
    if not _WHOLE.fullmatch(bare):
        return None
    kept = re.sub(r"([.,]0{1,2}|[.,]-{1,2})$", "", bare)
    return int(re.sub(r"[.,]", "", kept))
