"""The training planner on the city's own data: what open and coming demand asks, what each business holds and makes.

`question` puts it into the planner's plain format (see matching/README.md), `answered` plans it, `studied` also tells
why, what stays unmet and what the limits cost.
"""

from marketplace.services.matching_room.training.answering import MORE, answered, fingerprint, studied
from marketplace.services.matching_room.training.asking import (
    COOPERATIVE,
    KECAMATAN,
    MAY_JOIN,
    REST,
    Terms,
    passed,
    question,
)

__all__ = [
    "COOPERATIVE",
    "KECAMATAN",
    "MAY_JOIN",
    "MORE",
    "REST",
    "Terms",
    "answered",
    "fingerprint",
    "passed",
    "question",
    "studied",
]
