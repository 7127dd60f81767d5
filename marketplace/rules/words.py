"""Words for people that live with values: an enum member carries its Indonesian label and its tone.

Labels are message ids: the doors translate them with gettext, which finds them by the marker `N_`.
"""

from __future__ import annotations

import enum
from typing import Literal, Self

Tone = Literal["neutral", "info", "good", "warning", "bad"]


def N_(text: str) -> str:  # noqa: N802  (gettext's customary marker name)
    """Mark `text` (Indonesian) for the message catalogue and return it unchanged."""
    return text


class Word(enum.Enum):
    """An enum whose members carry `label` (Indonesian message id) and `tone` beside the stored value.

    Declare members as ``NAME = "stored", N_("Label"), "tone"``; the tone may be left out.
    """

    label: str
    tone: Tone

    def __new__(cls, value: str, label: str = "", tone: Tone = "neutral") -> Self:
        """A member with its value, label and tone."""
        member = object.__new__(cls)
        member._value_ = value
        member.label = label
        member.tone = tone
        return member

    def __str__(self) -> str:
        return str(self.value)
