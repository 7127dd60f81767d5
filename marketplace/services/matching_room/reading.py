"""What a need says, read from its text, with the words each fact came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from marketplace.rules.refusals import Invalid
from matching.errors import BadInput
from matching.understand import understand as read_text


@dataclass(frozen=True)
class Quote:
    """The words of the text from which `field` was understood."""

    field: str
    text: str


@dataclass(frozen=True)
class Understood:
    """The facts of a need; what the text does not say is "" or None. `confidence` (0..1) is that of the category.

    `quantity` in `unit` once in `every` periods ("3 bulan sekali": `period` month, `every` 3; periods are day, week,
    month, once); `quantity_per_day` units on a delivery day, `weekdays` are 0 (Monday) to 6; `days` how many days it
    lasts, also where no date is said. `category`, `second` and `third` are codes of trades. `certificates` are asked
    for, `preferred` only welcome.
    """

    category: str
    second: str
    third: str
    confidence: float
    quantity: int | None
    unit: str
    period: str
    every: int
    quantity_per_day: int | None
    shifts: int | None
    start: date | None
    end: date | None
    certificates: tuple[str, ...]
    preferred: tuple[str, ...]
    place: str
    quotes: tuple[Quote, ...]
    weekdays: tuple[int, ...] = ()
    days: int | None = None

    def quoted(self, *fields: str) -> str:
        """The words from which any of `fields` was understood, in the text's order."""
        return " … ".join(dict.fromkeys(q.text for q in self.quotes if q.field in fields))


def understand(text: str, today: date, lang: str = "id") -> Understood:
    """Read a need as people write it. Raises Invalid for a text that is too long."""
    try:
        said = read_text(text, today)
    except BadInput as error:
        raise Invalid("text", error.reason, error.message(lang)) from error
    return Understood(
        said.category,
        said.second,
        said.third,
        said.confidence,
        said.quantity,
        said.unit,
        said.period,
        said.every,
        said.quantity_per_day,
        said.shifts,
        said.start,
        said.end,
        said.certificates,
        said.preferred,
        said.place,
        tuple(Quote(span.field, span.text) for span in said.spans),
        said.weekdays,
        said.days,
    )
