"""Which of the registry's businesses may be the same, by matching's unsupervised linkage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from matching import linkage
from matching.errors import BadInput
from matching.linkage import cleaning
from matching.linkage.model import beginning

FIELDS = linkage.FIELDS
"""What is compared: nik, nib, npwp, phone, birth_date, owner, name, address, kelurahan, category."""


@dataclass(frozen=True)
class Pair:
    """Two businesses by id, the lower first; `parts` are (field, level, bits), their sum is log2 of the odds."""

    first: int
    second: int
    probability: float
    sure: bool
    parts: tuple[tuple[str, str, float], ...]


@dataclass(frozen=True)
class Found:
    """All pairs worth a look, and what earlier answers taught: bits of surprise per unseen answer before and after."""

    pairs: list[Pair]
    answers: int
    learnt: bool
    surprise: tuple[float, float]


def pairs_within(
    rows: Sequence[Mapping[str, str | None]], answers: Mapping[tuple[int, int], bool], learn_from: int, least: float
) -> Found:
    """Pairs among `rows` ("id" and any of FIELDS). `answers` say of pairs of ids whether they were the same.

    Pairs less probable than `least` are left out. From `learn_from` answers on their lesson is adopted, where it
    predicts answers better that it has not seen.
    """
    usable = [row for row in rows if any(row.get(name) for name in FIELDS)]
    settings = replace(linkage.DEFAULT, review=least)
    links = linkage.link(linkage.prepare(usable), settings=settings)
    told = [linkage.Answer(*_as_linked(links, pair), same) for pair, same in answers.items()]
    used, learnt, surprise = 0, False, (0.0, 0.0)
    if len(told) >= learn_from:
        try:
            lesson = linkage.learn(links, told)
        except BadInput:  # (a pair answered both ways: no lesson)
            lesson = None
        if lesson is not None:
            used, surprise = lesson.used, (lesson.surprise_before, lesson.surprise_after)
            if lesson.worthwhile:
                links, learnt = linkage.link(links.left, settings=settings, model=lesson.model), True
    return Found([_pair(link) for link in links], used, learnt, surprise)


@dataclass(frozen=True)
class Suspect:
    """A business by id that may be the one asked for; `parts` as in `Pair`."""

    business: int
    probability: float
    parts: tuple[tuple[str, str, float], ...]


def likely_same(
    asked: Mapping[str, str | None], rows: Sequence[Mapping[str, str | None]], everything: int, least: float
) -> list[Suspect]:
    """Which of `rows`, chosen from `everything` businesses, may be `asked` ("id" and any of FIELDS), likeliest first.

    Nothing is estimated from so few: the model is the one that estimation begins with. Those less probable than `least`
    are left out.
    """
    usable = [row for row in rows if any(row.get(name) for name in FIELDS)]
    if not usable or not any(asked.get(name) for name in FIELDS):
        return []
    settings = replace(linkage.DEFAULT, review=least)
    model = beginning(1, everything)
    links = linkage.link([asked], usable, settings=settings, model=model, chosen_from=everything)
    return [Suspect(int(link.id_b), link.probability, _parts(link)) for link in links]


def tidy_business(name: str) -> str:
    """A business's name as it is compared: without capitals, marks, legal form, and other ways of spelling."""
    return cleaning.business(name)


def tidy_person(name: str) -> str:
    """An owner's name as it is compared: without capitals, marks, titles, and other ways of spelling."""
    return cleaning.person(name)


def reason(field: str, level: str, lang: str) -> str:
    """One part in words without its weight, such as "nama usaha beda satu ketikan"; `lang` "id" or "en"."""
    return linkage.Part(field, level, 0.0).sentence(lang).rpartition(" ")[0]


def sentence(field: str, level: str, bits: float, lang: str) -> str:
    """One reason in words, such as "NIK sama +16,2"; `lang` "id" or "en"."""
    return linkage.Part(field, level, bits).sentence(lang)


def _as_linked(links: linkage.Links, pair: tuple[int, int]) -> tuple[str, str]:
    """The pair in the order of the list, as the links name it."""
    one, other = map(str, pair)
    place = links.left.place
    return (one, other) if place.get(one, -1) < place.get(other, -1) else (other, one)


def _pair(link: linkage.Link) -> Pair:
    first, second = sorted((int(link.id_a), int(link.id_b)))
    return Pair(first, second, link.probability, link.decision == "automatic", _parts(link))


def _parts(link: linkage.Link) -> tuple[tuple[str, str, float], ...]:
    return tuple((part.field, part.level, round(part.bits, 3)) for part in link.parts)
