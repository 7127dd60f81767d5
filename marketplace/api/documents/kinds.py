"""The kinds of values that every document is made of, and the bases of what is taken and given."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

MOST = 10**12
"""The largest number of units or rupiah in one field."""


def _integral(value: Any) -> Any:
    """JSON knows one kind of number: 101.0 is the integer 101 there."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) <= MOST else value


Whole = Annotated[int, BeforeValidator(_integral), Field(ge=1, le=MOST)]
"""A whole number of units or rupiah, at least 1."""
Count = Annotated[int, BeforeValidator(_integral), Field(ge=0, le=MOST)]
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]
"""A line of text. No text has a NUL: PostgreSQL cannot store one."""
Words = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00]*$")]
Note = Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")]
Id = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\x00]*$")]


Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)


def _in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""Given in UTC, whichever zone it came in."""


class Document(BaseModel):
    """Base of everything given: camelCase names."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Taken(BaseModel):
    """Base of every body: types are strict, and unknown fields are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", strict=True)


class Query(BaseModel):
    """Base of what stands behind the question mark; unknown names are refused there too."""

    model_config = ConfigDict(alias_generator=to_camel, extra="forbid")


class Page(Query):
    """Where to go on: `cursor` from the page before, at most `limit` rows."""

    cursor: str = Field("", pattern=r"^[0-9]{0,9}$")
    limit: int = Field(50, ge=1, le=200)


class Amount(Document):
    """Money."""

    amount: int
    currency: Literal["IDR"] = "IDR"


class Period(Document):
    """From and until."""

    start_date: Instant | date | None = None
    end_date: Instant | date | None = None


class Classification(Document):
    """A category of this market."""

    scheme: Literal["x_rantai-lokal"] = "x_rantai-lokal"
    id: str
    description: str = ""


class Unit(Document):
    """What is counted."""

    name: str
    value: Amount | None = None


class Party(Document):
    """A company or a business."""

    id: str
    name: str


class DayPeriod(Taken):
    """First and last day of delivery, in Jakarta."""

    start_date: date
    end_date: date


class TextIn(Taken):
    """A need as one writes it."""

    text: Annotated[str, Field(min_length=1, max_length=5000, pattern=r"^[^\x00]*$")]


class ReasonIn(Taken):
    """Why."""

    reason: Words
