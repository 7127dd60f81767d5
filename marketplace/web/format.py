"""How values read: money, quantities, dates and masks in Indonesian (first) and English.

Pure functions on Babel's number and date patterns. Each takes the language as `lang` ("id" or "en") and, without it,
asks Flask-Babel for the language of the request. Moments come in aware (UTC) and go out in Asia/Jakarta (WIB).
`register(app)` makes them filters, so that a template says ``{{ lot.ceiling|rupiah }}``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime
from datetime import time as clock_time
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_day_names
from babel.numbers import format_decimal
from flask_babel import get_locale, gettext
from num2words import num2words

from marketplace.rules.calendars import EVERY_DAY as EVERY_DAY_BITS
from marketplace.rules.calendars import numbers_of
from marketplace.rules.units import in_english

if TYPE_CHECKING:
    from flask import Flask

JAKARTA = ZoneInfo("Asia/Jakarta")
LANGUAGES = ("id", "en")
LOCALES = {"id": "id_ID", "en": "en_GB"}
MINUTE, HOUR, DAY = 60, 3600, 86400
THOUSAND = 1000

SCALES: dict[str, tuple[tuple[int, str], ...]] = {
    "id": ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"), (10**3, "ribu")),
    "en": ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (10**3, "thousand")),
}
"""Words of the short scale, written in full: "M" would read as miliar to one reader and as million to another."""

UNITS_OF_TIME: dict[str, dict[str, tuple[str, str]]] = {
    "id": {"minute": ("menit", "menit"), "hour": ("jam", "jam"), "day": ("hari", "hari"), "month": ("bulan", "bulan")},
    "en": {
        "minute": ("minute", "minutes"),
        "hour": ("hour", "hours"),
        "day": ("day", "days"),
        "month": ("month", "months"),
    },
}
EVERY_DAY = {"id": "Setiap hari", "en": "Every day"}
EVERY_SUCH_DAY = {"id": "setiap", "en": "every"}
NOW = {"id": "baru saja", "en": "just now"}
AHEAD = {"id": "{} lagi", "en": "in {}"}
AGO = {"id": "{} lalu", "en": "{} ago"}

Amount = int | float | Decimal


def language(lang: str | None = None) -> str:
    """The language to write in: `lang` when given, else that of the request, else Indonesian. Always "id" or "en"."""
    if lang is None:
        locale = get_locale()
        lang = locale.language if locale is not None else "id"
    return lang if lang in LANGUAGES else "id"


def number(value: Amount, decimals: int = 0, lang: str | None = None) -> str:
    """`value` with thousands grouped, at most `decimals` decimals: 1250.5 with 1 is "1.250,5" (id), "1,250.5" (en)."""
    pattern = "#,##0" + ("." + "#" * decimals if decimals else "")
    return format_decimal(value, format=pattern, locale=LOCALES[language(lang)])


def rupiah(amount: int, lang: str | None = None) -> str:
    """Whole rupiah: "Rp1.250.000" (id), "Rp1,250,000" (en); a debt reads "-Rp1.250.000"."""
    sign = "-" if amount < 0 else ""
    return f"{sign}Rp{number(abs(amount), lang=lang)}"


def rupiah_short(amount: int, lang: str | None = None) -> str:
    """A sum to speak about, one decimal: "Rp3,4 miliar" (id), "Rp3.4 billion" (en). Below a million written out."""
    size = abs(amount)
    if size < 10**6:
        return rupiah(amount, lang)
    sign = "-" if amount < 0 else ""
    return f"{sign}Rp{number_short(size, lang)}"


def number_short(value: Amount, lang: str | None = None) -> str:
    """A number to speak about: 3_400_000_000 is "3,4 miliar" (id), "3.4 billion" (en); below a thousand as it is."""
    lang = language(lang)
    exact = Decimal(str(value))
    for index, (size, word) in enumerate(SCALES[lang]):
        if abs(exact) < size:
            continue
        if index and abs(round(exact / size, 1)) >= THOUSAND:  # 999.96 juta rounds up to 1 miliar
            return f"1 {SCALES[lang][index - 1][1]}" if exact > 0 else f"-1 {SCALES[lang][index - 1][1]}"
        return f"{number(round(exact / size, 1), 1, lang)} {word}"
    return number(exact, 1, lang)


def unit(word: str, amount: Amount = 1, lang: str | None = None) -> str:
    """A unit in the reader's language, for one or many: "porsi/hari" is "portion/day" or "portions/day"."""
    return word if language(lang) == "id" else in_english(word, amount == 1)


def quantity(amount: Amount, of: str, lang: str | None = None) -> str:
    """An amount in its unit, as it is stored: "1.200 porsi", "1.200 porsi/hari"."""
    return f"{number(amount, 2, lang)} {unit(of, amount, lang)}"


def km(distance: Amount, lang: str | None = None) -> str:
    """A distance in kilometres, one decimal below 100: "12,5 km"."""
    return f"{number(distance, 1 if -100 < distance < 100 else 0, lang)} km"


def percent(ratio: Amount, decimals: int = 0, lang: str | None = None) -> str:
    """A ratio as per cent: 0.41 is "41%", 0.125 with one decimal "12,5%" (id)."""
    return f"{number(Decimal(str(ratio)) * 100, decimals, lang)}%"


def in_jakarta(moment: datetime) -> datetime:
    """`moment` on Cilegon's clock. Raises ValueError for a naive moment, whose zone nobody knows."""
    if moment.tzinfo is None:
        raise ValueError("a moment must carry its time zone")
    return moment.astimezone(JAKARTA)


def _day(moment: date) -> date:
    """The calendar day of a moment in Cilegon; a plain date is that day already."""
    return in_jakarta(moment).date() if isinstance(moment, datetime) else moment


def date_long(moment: date, lang: str | None = None) -> str:
    """The day in full: "Selasa, 24 November 2026"."""
    return format_date(_day(moment), "EEEE, d MMMM y", locale=LOCALES[language(lang)])


def date_short(moment: date, lang: str | None = None) -> str:
    """The day for narrow places: "24 Nov 2026"."""
    return format_date(_day(moment), "d MMM y", locale=LOCALES[language(lang)])


def month(moment: date, lang: str | None = None) -> str:
    """The month of a day for axes and headings: "Nov 2026"."""
    return format_date(_day(moment), "MMM y", locale=LOCALES[language(lang)])


def time(moment: datetime, lang: str | None = None) -> str:
    """The time of day in western Indonesia: "14.05 WIB" (id), "14:05 WIB" (en)."""
    local = in_jakarta(moment)
    mark = "." if language(lang) == "id" else ":"
    return f"{local:%H}{mark}{local:%M} WIB"


def clock(at: clock_time, lang: str | None = None) -> str:
    """A time of day that somebody keeps every day: "08.00" (id), "08:00" (en)."""
    return f"{at:%H.%M}" if language(lang) == "id" else f"{at:%H:%M}"


def weekdays(lang: str | None = None) -> list[str]:
    """The names of the seven days, Monday first."""
    names = get_day_names("wide", locale=LOCALES[language(lang)])
    return [names[day].capitalize() for day in range(7)]


def open_days(days: int, lang: str | None = None) -> str:
    """Days of the week kept as bits from Monday on: "setiap hari", "Senin–Sabtu", "Senin, Rabu, Jumat"."""
    chosen = numbers_of(days)
    if len(chosen) == 7:
        return EVERY_DAY[language(lang)]
    names = weekdays(lang)
    if len(chosen) > 2 and chosen[-1] - chosen[0] == len(chosen) - 1:
        return f"{names[chosen[0]]}–{names[chosen[-1]]}"
    return ", ".join(names[day] for day in chosen)


def on_weekdays(days: int, lang: str | None = None) -> str:
    """What follows an amount per day that is delivered on some weekdays: ", Senin–Jumat"; nothing for every day.

    `days` are bits from Monday on. "1.000 porsi/hari" and this read "1.000 porsi/hari, Senin–Jumat"; one day alone
    reads "setiap Selasa", because "Selasa, 5 Jan 2027" would be a date.
    """
    if days == EVERY_DAY_BITS:
        return ""
    said = open_days(days, lang)
    return f", {EVERY_SUCH_DAY[language(lang)]} {said}" if days.bit_count() == 1 else f", {said}"


def datetime_long(moment: datetime, lang: str | None = None) -> str:
    """Day and time in full: "Selasa, 24 November 2026, 14.05 WIB"."""
    return f"{date_long(moment, lang)}, {time(moment, lang)}"


def datetime_short(moment: datetime, lang: str | None = None) -> str:
    """Day and time for tables: "24 Nov 2026, 14.05 WIB"."""
    return f"{date_short(moment, lang)}, {time(moment, lang)}"


def iso(moment: date) -> str:
    """The machine's form for the `datetime` attribute: a date as it is, a moment in Jakarta to the second."""
    return in_jakarta(moment).isoformat(timespec="seconds") if isinstance(moment, datetime) else moment.isoformat()


def moment(written: str) -> datetime:
    """The moment written in ISO 8601 with its zone: "2026-11-24T14:05+07:00". Raises ValueError for anything else."""
    return in_jakarta(datetime.fromisoformat(written))


def _span(seconds: float) -> tuple[str, int]:
    """The largest unit that fits in `seconds`, and how many whole ones; ("", 0) for less than a minute."""
    if seconds < MINUTE:
        return "", 0
    if seconds < HOUR:
        return "minute", int(seconds // MINUTE)
    if seconds < DAY:
        return "hour", int(seconds // HOUR)
    days = int(seconds // DAY)
    return ("day", days) if days < 60 else ("month", days // 30)


def relative(moment: datetime, now: datetime, lang: str | None = None) -> str:
    """How far `moment` lies from `now`, rounded down: "2 hari lagi", "3 jam lalu", "baru saja"."""
    lang = language(lang)
    seconds = (in_jakarta(moment) - in_jakarta(now)).total_seconds()
    unit, count = _span(abs(seconds))
    if not unit:
        return NOW[lang]
    words = f"{number(count, lang=lang)} {UNITS_OF_TIME[lang][unit][0 if count == 1 else 1]}"
    return (AHEAD if seconds > 0 else AGO)[lang].format(words)


def days_left(moment: date, now: datetime) -> int:
    """Calendar days in Cilegon from `now` until `moment`: 0 is today, negative is past."""
    return (_day(moment) - _day(now)).days


def terbilang(amount: int, lang: str | None = None) -> str:
    """A sum in words, as it stands under a contract: "satu juta dua ratus lima puluh ribu rupiah".

    Cardinal words, because num2words knows no rupiah. Raises ValueError for a negative sum.
    """
    if amount < 0:
        raise ValueError("a sum in words cannot be negative")
    return f"{num2words(amount, lang=language(lang))} rupiah"


def mask_phone(phone: str) -> str:
    """A phone number that its owner recognises and nobody can call: "0812••••7890"."""
    digits = re.sub(r"\D", "", phone)
    if len(digits) < 9:
        return "•" * len(digits)
    return f"{digits[:4]}{'•' * (len(digits) - 8 or 1)}{digits[-4:]}"


def mask_nik(nik: str) -> str:
    """An identity number without its district and date of birth: "3672••••••••0001"; a short one is hidden whole."""
    digits = re.sub(r"\D", "", nik)
    if len(digits) < 12:
        return "•" * len(digits)
    return f"{digits[:4]}{'•' * (len(digits) - 8)}{digits[-4:]}"


def wa_number(phone: str | None) -> str:
    """The number as wa.me wants it, digits with the country first: "0812-3456-7890" is "6281234567890".

    Empty when it is no Indonesian mobile number (62 8..., 10 to 14 digits): then there is nothing to open.
    """
    digits = re.sub(r"\D", "", phone or "")
    if digits.startswith("0"):
        digits = "62" + digits.lstrip("0")
    elif digits.startswith("8"):
        digits = "62" + digits
    return digits if re.fullmatch(r"628\d{7,11}", digits) else ""


def ticks(maximum: Amount, count: int = 4) -> list[int | float]:
    """Round marks for an axis from 0 up to at least `maximum`: about `count` steps of 1, 2, 2.5 or 5 times 10^n."""
    if maximum <= 0:
        return [0, 1]
    rough = float(maximum) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * (1 - 1e-9))
    marks = [step * index for index in range(math.ceil(float(maximum) / step - 1e-9) + 1)]
    return [int(mark) if float(mark).is_integer() else round(mark, 6) for mark in marks]


def error_list(form: Any) -> list[tuple[str | None, str]]:
    """Every error of a WTForms form as (id of its field, or None for the whole form; text), nested rows included."""
    found: list[tuple[str | None, str]] = [(None, str(text)) for text in getattr(form, "form_errors", ())]
    for field in form:
        inner = getattr(field, "entries", None) or getattr(field, "form", None)
        own = [] if isinstance(field.errors, dict) else [e for e in field.errors if isinstance(e, str) or not inner]
        found += [(field.id, str(text)) for text in own]
        if inner:
            found += error_list(inner)
    return found


def said(text: str) -> str:
    """A stored text in the reader's language: ours is translated, what a person typed is left word for word.

    Templates never hand such a text to `_()`: that would fill in its per cent signs and take its markup for ours.
    """
    return gettext(text) if text else ""


FILTERS: tuple[Callable[..., object], ...] = (
    number,
    number_short,
    rupiah,
    rupiah_short,
    unit,
    quantity,
    km,
    percent,
    date_long,
    date_short,
    month,
    time,
    clock,
    open_days,
    on_weekdays,
    datetime_long,
    datetime_short,
    iso,
    moment,
    relative,
    days_left,
    terbilang,
    mask_phone,
    mask_nik,
    wa_number,
    ticks,
    error_list,
    said,
)


def register(app: Flask) -> None:
    """Make every format a Jinja filter of `app`, under its own name."""
    for function in FILTERS:
        app.jinja_env.filters[function.__name__] = function
