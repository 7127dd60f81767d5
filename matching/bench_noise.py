"""How clerks spoil what they write: slips, look-alikes, short forms, titles. For `bench_registries` only."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Sequence
from typing import Final, TypeVar

Item = TypeVar("Item")

LOOKALIKE: Final = {
    "o": "0",
    "l": "1",
    "i": "l",
    "s": "5",
    "b": "8",
    "g": "9",
    "rn": "m",
    "m": "rn",
    "e": "c",
    "u": "v",
}
SOUNDS: Final = (
    ("oe", "u"),
    ("u", "oe"),
    ("y", "i"),
    ("f", "p"),
    ("p", "f"),
    ("z", "j"),
    ("dh", "d"),
    ("h", ""),
    ("v", "f"),
)
SHORT: Final = {
    "muhammad": ("Moh.", "Muh.", "M.", "Mohamad", "Muhamad", "Mohammad"),
    "abdul": ("Abd.", "Abd", "Abdoel"),
    "siti": ("St.", "Sti", "Siti"),
    "ahmad": ("Akhmad", "Achmad", "A."),
    "nur": ("Noer", "Nurul"),
    "katering": ("Catering",),
    "catering": ("Katering",),
    "laundry": ("Londri", "Laundri"),
    "warung": ("Wr.", "Warung"),
}
STREET_WORDS: Final = {
    "jl.": ("Jalan", "Jln", "Jl"),
    "no.": ("No", "Nomor", "#", ""),
    "link.": ("Lingkungan", "Lk.", "Ling."),
    "perum": ("Perumahan", "Komplek", "Komp."),
    "rt": ("RT.", "Rt", "rt"),
    "rw": ("RW.", "Rw", "rw"),
    "blok": ("Blk", "Blok."),
}


def words(text: str, between: str | None = None) -> tuple[str, ...]:
    """A list written as one text."""
    return tuple(text.split(between))


class Luck:
    """Seeded luck in the words of this module."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def chance(self, share: float) -> bool:
        """True in ``share`` of the cases."""
        return self.random.random() < share

    def pick(self, items: Sequence[Item]) -> Item:
        """One of the items, each as likely."""
        return items[int(self.random.random() * len(items))]

    def skewed(self, items: Sequence[Item]) -> Item:
        """One of the items, the first ones more often."""
        return items[int(self.random.random() ** 2 * len(items))]

    def between(self, low: int, high: int) -> int:
        """A whole number from low to below high."""
        return low + int(self.random.random() * (high - low))

    def digits(self, count: int) -> str:
        """So many digits."""
        return "".join(str(int(self.random.random() * 10)) for _ in range(count))

    def shuffled(self, count: int) -> list[int]:
        """The numbers below count in some order."""
        order = list(range(count))
        self.random.shuffle(order)
        return order


def text_noise(text: str, luck: Luck) -> str:
    """One slip: a letter more, less, other, swapped, a look-alike, or written as it sounds."""
    if len(text) < 3:
        return text
    at = luck.between(0, len(text) - 1)
    letter = luck.pick(string.ascii_lowercase)
    kind = luck.between(0, 7)
    if kind == 4:
        spot = text[at].lower()
        return text[:at] + LOOKALIKE.get(spot, letter) + text[at + 1 :]
    if kind >= 5:
        old, new = luck.pick(SOUNDS)
        lower = text.lower()
        return lower.replace(old, new, 1).title() if old in lower else text[:at] + text[at + 1 :]
    return (
        text[:at]
        + (letter + text[at:], text[at + 1 :], letter + text[at + 1 :], text[at + 1] + text[at] + text[at + 2 :])[kind]
    )


def name_noise(name: str, luck: Luck, typo: float, titles: Sequence[str], retitled: float) -> str:
    """A name with slips, short forms, a title, words swapped or left out, another case."""
    words = []
    for word in name.split():
        short = SHORT.get(word.lower())
        words.append(luck.pick(short) if short and luck.chance(0.35) else word)
    if len(words) > 1 and luck.chance(typo / 3):
        words.reverse()
    if len(words) > 2 and luck.chance(typo / 2):
        words.pop(luck.between(0, len(words)))
    name = " ".join(words)
    for _ in range(1 + luck.chance(0.25)):
        name = text_noise(name, luck) if luck.chance(typo) else name
    if luck.chance(retitled):
        title = luck.pick(titles)
        name = f"{name}, {title}" if luck.chance(0.15) else f"{title} {name}"
    return luck.pick((name, name, name.upper(), name.lower()))


def address_noise(address: str, luck: Luck, typo: float) -> str:
    """An address with other short forms, parts left out, slips."""
    words = []
    for word in address.split():
        other = STREET_WORDS.get(word.lower())
        words.append(luck.pick(other) if other and luck.chance(0.5) else word)
    address = " ".join(w for w in words if w)
    if luck.chance(typo):
        address = re.sub(r"\s*\b[Rr][TtWw]\b.*", "", address) or address
    if luck.chance(typo):
        address = text_noise(address, luck)
    return luck.pick((address, address, address.upper()))


def digits_noise(number: str, luck: Luck, wrong: float) -> str:
    """A number with one digit wrong, lost, or two swapped."""
    if not luck.chance(wrong):
        return number
    at = luck.between(0, len(number) - 1)
    kind = luck.between(0, 5)
    if kind == 0:
        return number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    if kind == 1:
        return number[:at] + number[at + 1 :]
    return number[:at] + luck.digits(1) + number[at + 1 :]
