"""Times of the day, days before an event ("H-7"), and spans of years that are no time of the need (ages, experience).

All offsets are characters of the text given, which the caller has made plain (lower-case ASCII, same length).
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from matching.times import COUNT, LATEST, UNIT, UNITS, UNTIL, count_of

Place = tuple[int, int]

_HOUR: Final = r"(\d{1,2})(?:[.:](\d{2}))?(?!\d)"
_TO: Final = rf"(?:\s*(?:-|–|{UNTIL})\s*(?:jam\s*|pukul\s*)?\d{{1,2}}(?:[.:]\d{{2}})?(?![\d/]))?"
_ZONE: Final = r"(?:wib|wita|wit)\b"
_PART: Final = r"(?:am|pm|pagi|siang|sore|petang|malam|malem|subuh|isuk|esuk|awan|bengi|peuting)\b"
CLOCK: Final = re.compile(
    rf"\b(?:jam|pukul|pkl|jm|tabuh|at)\.?\s*{_HOUR}{_TO}(?:\s*{_ZONE})?(?:\s*({_PART}))?"
    rf"|(?<![\d.,:/-])(\d{{1,2}})[.:](\d{{2}})(?!\d){_TO}\s*{_ZONE}"
    r"|(?<![\d.,:/-])(\d{1,2})(?:[.:](\d{2}))?\s*(am|pm)\b"
)
# "jam 20 pcs" are twenty clocks.
COUNTED: Final = re.compile(r"\s*(?:pcs|pc|buah|bh|biji|unit|orang|org|x\b|/)")
LATER: Final = frozenset(("pm", "siang", "sore", "petang", "malam", "malem", "bengi", "peuting", "awan"))
NIGHT: Final = frozenset(("malam", "malem", "bengi", "peuting"))
DAYS: Final = {"day": 1, "week": 7, "month": 30, "year": 365}
# By noon and after it: "jam 11 siang" is 11, "jam 1 siang" is 13.
NOON: Final = 12
FORENOON: Final = range(10, 13)

_EVENT: Final = r"(?:acara|hari\s*h|pelaksanaan|kegiatan|event|hajatan)\b"
BEFORE: Final = re.compile(
    rf"\bh\s*(?:-|min(?:us)?)\s*(\d{{1,3}})\b(?![.,/]?\d)"
    rf"|\b({COUNT})\s*({UNIT})\s+(?:sebelum|sakdurunge|samemeh|before)\s+(?:the\s+)?{_EVENT}"
)
# After these the day before the event is the last one for the delivery itself.
DUE: Final = re.compile(
    rf"\b(?:{LATEST}|{UNTIL}|(?:di)?(?:kirim|antar|serah|terima|ambil)\w*|harus|sudah|selesai|jadi|ready)[\s\w]{{0,16}}$"
)
# Years of a person or a warranty: "usia 18-35 tahun", "pengalaman minimal 2 tahun", "garansi 1 tahun"; and "H+1".
YEARS: Final = re.compile(
    rf"\b(?:usia|umur|berusia|berumur|aged?|pengalaman|berpengalaman|experience|garansi|bergaransi|warranty|jaminan)\b"
    rf"[^,;.\n\d]{{0,24}}?(?:\d{{1,2}}\s*(?:-|–|{UNTIL})\s*)?(?:{COUNT})\s*{UNIT}\b(?:\s+old\b)?"
    rf"|\b(?:{COUNT})\s*{UNIT}\s+(?:pengalaman|garansi|experience|warranty)\b"
    r"|\bh\s*\+\s*\d{1,3}\b"
)


def _hour(hour: int, part: str) -> int:
    """The hour of a day of 24, as its part says."""
    if part in NIGHT and hour == NOON:
        return 0
    if part == "am" and hour == NOON:
        return 0
    if part == "siang" and hour in FORENOON:
        return hour
    return hour + NOON if part in LATER and hour < NOON else hour


def find_clock(text: str) -> tuple[dt.time | None, Place | None]:
    """The first time of a day ("jam 11.00", "pukul 7 malam", "12:30 WIB") and where; of a range its beginning."""
    for found in CLOCK.finditer(text):
        if found[0][-1].isdigit() and COUNTED.match(text, found.end()):
            continue
        said = found[1] or found[4] or found[6]
        minutes = int(found[2] or found[5] or found[7] or 0)
        hour = _hour(int(said), found[3] or found[8] or "")
        if hour % 24 == hour and minutes < 60:
            return dt.time(hour, minutes), found.span()
    return None, None


def find_before(text: str) -> tuple[int | None, bool, Place | None]:
    """How many days before the event ("H-7", "3 hari sebelum acara"), whether things are due then, and where."""
    found = BEFORE.search(text)
    if not found:
        return None, False, None
    days = (
        int(found[1])
        if found[1]
        else count_of(found[2]) * {"week": 7, "month": 30, "year": 365}.get(UNITS[found[3]], 1)
    )
    return days, DUE.search(text[max(0, found.start() - 40) : found.start()]) is not None, found.span()


def find_years(text: str) -> list[Place]:
    """Where the text tells ages, years of experience and warranties: no time of the need itself."""
    return [found.span() for found in YEARS.finditer(text)]
