"""What pages say, in the reader's language: chapters speak Indonesian, the catalogue tells the rest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from babel.messages.pofile import read_po

from marketplace.config import ROOT

GAP = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True)
class Like:
    """A text of the pages by its message id; parameters that are not given may be anything."""

    message: str
    params: tuple[tuple[str, object], ...] = ()
    whole: bool = False
    """Whether nothing stands before or after it."""

    def pattern(self, language: str) -> re.Pattern[str]:
        """What to look for on a page of this language."""
        given = dict(self.params)
        parts = GAP.split(translated(self.message, language))
        for place in range(1, len(parts), 2):
            name = parts[place]
            parts[place] = re.escape(str(given[name])) if name in given else ".+"
        parts[::2] = [re.escape(part) for part in parts[::2]]
        text = "".join(parts)
        return re.compile(f"^{text}$" if self.whole else text)


def like(message: str, **params: object) -> Like:
    """A text of the pages, with the given parameters."""
    return Like(message, tuple(params.items()))


def exactly(message: str, **params: object) -> Like:
    """The same, and nothing around it."""
    return Like(message, tuple(params.items()), whole=True)


Says = str | re.Pattern[str] | Like
"""A message id or any words that are the same in all languages; a pattern; or a text with gaps."""


@cache
def _catalogue() -> dict[Any, Any]:
    path = ROOT / "marketplace" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return {m.id if isinstance(m.id, str) else m.id[0]: m.string for m in read_po(file)}


def translated(message: str, language: str) -> str:
    """A message in the language; what the catalogue does not know stays as it is."""
    if language == "id":
        return message
    said = _catalogue().get(message, message)
    return (said if isinstance(said, str) else said[0]).replace("%%", "%")


def said_in(says: Says, language: str) -> str | re.Pattern[str]:
    """What to look for on a page of this language."""
    if isinstance(says, Like):
        return says.pattern(language)
    return translated(says, language) if isinstance(says, str) else says
