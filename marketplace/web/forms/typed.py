"""A form as it was typed: its values, and what is wrong with them in the visitor's language."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, time
from typing import TypeVar

from flask import request

from marketplace.rules.refusals import Faults, Invalid
from marketplace.rules.words import N_
from marketplace.web.errors import words_of
from marketplace.web.forms.numbers import whole_of
from marketplace.web.once import KEYS

T = TypeVar("T")

LONGEST = 2000
MOST = 10**15 - 1
"""The largest whole number that a form takes, where it says nothing smaller."""
EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
"""A year outside is a typing slip, and instants near the ends of the calendar cannot be moved between time zones."""


@dataclass
class Typed:
    """Values by field name, and errors by field name. The page shows both again."""

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def posted(cls, *secret: str) -> Typed:
        """What was posted, every text cut at LONGEST; fields named `secret` are kept out and read with `secret_of`.

        A reason stays whole: its own rule refuses one that is too long, and the page shows it again as it was typed.
        """
        kept = {k: v for k, v in request.form.items() if k not in {*KEYS, *secret}}
        return cls({k: v if k == "reason" else v[:LONGEST] for k, v in kept.items()})

    def __getitem__(self, name: str) -> str:
        """The value typed into `name`, trimmed; empty when there is none."""
        return self.values.get(name, "").strip()

    def whole(self, name: str, most: int = MOST) -> int | None:
        """The whole number typed into `name` ("1.250" is 1250, and so is "Rp 1.250,-"), None when empty.

        Raises Invalid for `name`, also for one above `most`.
        """
        if not self[name]:
            return None
        number = whole_of(self[name])
        if number is None:
            raise Invalid(name, "not_whole", N_("Tulis angka saja, tanpa koma."))
        if number > most:
            raise Invalid(name, "too_large", N_("Terlalu besar: paling banyak %(most)s."), most=most)
        return number

    def day(self, name: str) -> date | None:
        """The date typed into `name` as YYYY-MM-DD, None when empty. Raises Invalid for `name`."""
        if not self[name]:
            return None
        try:
            day = date.fromisoformat(self[name])
        except ValueError:
            day = date.min
        if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            raise Invalid(name, "not_a_date", N_("Tulis tanggal yang ada, misalnya 2026-12-31."))
        return day

    def clock(self, name: str) -> time | None:
        """The time of day typed into `name` as HH:MM or HH.MM, None when empty. Raises Invalid for `name`."""
        if not self[name]:
            return None
        try:
            return time.fromisoformat(self[name].replace(".", ":")).replace(second=0, microsecond=0, tzinfo=None)
        except ValueError:
            raise Invalid(name, "not_a_time", N_("Tulis jam yang ada, misalnya 08.00.")) from None

    def require(self, name: str, message: str) -> str:
        """The value of `name`; when empty, `message` (translated) becomes its error."""
        value = self[name]
        if not value:
            self.errors.setdefault(name, message)
        return value

    @contextmanager
    def blamed(self) -> Iterator[None]:
        """Within the block, an Invalid becomes the error of its field instead of an error page; of several, each."""
        try:
            yield
        except Invalid as refusal:
            for fault in refusal.faults if isinstance(refusal, Faults) else (refusal,):
                self.errors.setdefault(fault.field, words_of(fault))

    def tried(self, read: Callable[[], T], otherwise: T) -> T:
        """What `read` gives; when it is Invalid, its faults become errors of their fields and it is `otherwise`."""
        with self.blamed():
            return read()
        return otherwise

    @property
    def messages(self) -> list[tuple[str, str]]:
        """(field id, text) for the summary on top of the form."""
        return list(self.errors.items())


def secret_of(name: str) -> str:
    """A posted password, as typed."""
    return request.form.get(name, "")[:LONGEST]
