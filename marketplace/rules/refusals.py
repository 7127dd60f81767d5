"""Typed refusals: what the market's laws answer when something may not happen.

A refusal carries a stable `code` for machines and an Indonesian message id with named parameters for people
("%(name)s"); the doors translate it and answer 403, 404, 409 or 422.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager


class Refusal(Exception):
    """Base of every "no" of the market. `code` is stable, `message` an Indonesian gettext id, `params` its values."""

    status = 409

    def __init__(self, code: str, message: str, **params: object) -> None:
        super().__init__(message % params if params else message)
        self.code = code
        self.message = message
        self.params = params


class Forbidden(Refusal):
    """The actor's role or ownership does not allow the deed."""

    status = 403


class NotFound(Refusal):
    """The thing does not exist, or not for this actor (both look the same from outside)."""

    status = 404


class Invalid(Refusal):
    """A field's value breaks a rule. `field` names it, so that a form or an API problem can point at it."""

    status = 422

    def __init__(self, field: str, code: str, message: str, **params: object) -> None:
        super().__init__(code, message, **params)
        self.field = field


class Faults(Invalid):
    """Everything that is wrong with a sheet, told at once; read as one refusal it is its first fault."""

    def __init__(self, faults: Sequence[Invalid]) -> None:
        first = faults[0]
        super().__init__(first.field, first.code, first.message, **first.params)
        self.faults = tuple(faults)


@contextmanager
def together() -> Iterator[Callable[[], AbstractContextManager[None]]]:
    """Checks that are all made before any is raised: each within `with each():` of `with together() as each:`.

    Raises Faults with whatever was Invalid.
    """
    faults: list[Invalid] = []

    @contextmanager
    def each() -> Iterator[None]:
        try:
            yield
        except Invalid as fault:
            faults.extend(fault.faults if isinstance(fault, Faults) else (fault,))

    yield each
    if faults:
        raise Faults(faults)


class WrongState(Refusal):
    """The life of the thing has no such step from where it stands."""


class CapacityTaken(Refusal):
    """Promised plus reserved would exceed the declared capacity on some day."""


class TooMany(Refusal):
    """A rate limit is used up; `params["seconds"]` says when to try again."""

    status = 429
