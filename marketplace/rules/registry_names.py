"""Names of businesses and people: titles and legal forms in one way of writing, and two names in one cell parted."""

from __future__ import annotations

import re
from dataclasses import dataclass

from marketplace.rules.businesses import Gender, Kind

_FORMS: dict[str, tuple[str, Kind | None]] = {
    "pt": ("PT", Kind.PT),
    "cv": ("CV", Kind.CV),
    "ud": ("UD", Kind.SOLE),
    "pd": ("PD", Kind.SOLE),
    "fa": ("Fa", None),
    "koperasi": ("Koperasi", Kind.COOPERATIVE),
    "kopkar": ("Kopkar", Kind.COOPERATIVE),
    "ksu": ("KSU", Kind.COOPERATIVE),
    "ksp": ("KSP", Kind.COOPERATIVE),
    "kud": ("KUD", Kind.COOPERATIVE),
}
"""Legal forms by the word that stands in front of a name, and how it is written."""

_TITLES: dict[str, tuple[str, Gender | None]] = {
    "h": ("H.", Gender.MALE),
    "haji": ("H.", Gender.MALE),
    "hj": ("Hj.", Gender.FEMALE),
    "hajah": ("Hj.", Gender.FEMALE),
    "hajjah": ("Hj.", Gender.FEMALE),
    "bu": ("", Gender.FEMALE),
    "ibu": ("", Gender.FEMALE),
    "ny": ("", Gender.FEMALE),
    "nyonya": ("", Gender.FEMALE),
    "mbak": ("", Gender.FEMALE),
    "teh": ("", Gender.FEMALE),
    "pak": ("", Gender.MALE),
    "bpk": ("", Gender.MALE),
    "bapak": ("", Gender.MALE),
    "tn": ("", Gender.MALE),
    "tuan": ("", Gender.MALE),
    "sdr": ("", Gender.MALE),
    "sdri": ("", Gender.FEMALE),
    "kang": ("", Gender.MALE),
    "drs": ("Drs.", None),
    "dra": ("Dra.", None),
    "dr": ("Dr.", None),
    "ir": ("Ir.", None),
    "ust": ("Ust.", None),
    "tb": ("Tb.", Gender.MALE),
    "rt": ("Rt.", Gender.FEMALE),
}
"""Words in front of a person's name: how they are kept ("": only a way to call somebody), what they say."""

_TRADE_WORDS = frozenset(
    word
    for words in (
        "warung toko kios kedai depot dapur catering katering laundry bengkel konveksi konfeksi rumah makan salon",
        "agen pangkalan cafe kafe resto kantin bakso mie ayam soto sate nasi kue roti es jus jahit penjahit tailor",
        "butik counter konter pulsa percetakan fotocopy usaha jaya mandiri berkah makmur abadi sejahtera sembako",
        "kelontong gerobak angkringan keripik kripik emping sambel ternak kolam tani las mebel furniture studio",
        "foto rental jasa barokah cv pt ud pd koperasi ksu ksp snack frozen food",
    )
    for word in words.split()
)
"""Words that speak for a business rather than a person."""

_PART = re.compile(r"\s+/\s*|\s*/\s+|\s+[-–|]\s+|\s*[\n;|]\s*|\s*\((?=[^)]*\)\s*$)")
_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)


@dataclass(frozen=True)
class Owner:
    """A person's name as it is kept, and what its titles say about the gender."""

    name: str
    gender: Gender | None


def business_name(text: str) -> tuple[str, Kind | None]:
    """The name of a business with its legal form in front in one way of writing, and the kind that form says."""
    text = " ".join(text.split())
    front = re.match(r"([A-Za-z]+)\b\.?\s*(?=\S)", text)
    form = _FORMS.get(front[1].lower()) if front else None
    if front is None or form is None:
        return _cased(text), None
    if front[1].lower() not in {"koperasi", "kopkar"} and front[1].islower() and front[0] == front[1]:
        return _cased(text), None
    written, kind = form
    rest = text[front.end() :].lstrip(". ,")
    if kind is Kind.PT and re.search(r"\(?\bperorangan\b\)?", rest, re.IGNORECASE):
        kind = Kind.PT_SOLE
    return f"{written} {_cased(rest)}".strip(), kind


def owner_name(text: str) -> Owner:
    """A person's name without "Bu" and "Pak", with "Hj.", "H.", "Drs." in one way of writing, degrees kept behind."""
    front, _, degrees = " ".join(text.split()).partition(",")
    titles, gender = [], None
    words = re.sub(r"\.(?=\S)", ". ", front).split()
    while len(words) > 1 and (said := _TITLES.get(words[0].lower().rstrip("."))):
        title, speaks = said
        if title and title not in titles:
            titles.append(title)
        gender = gender or speaks
        words = words[1:]
    name = " ".join([*titles, _cased(" ".join(words))])
    return Owner(f"{name}, {degrees.strip()}" if degrees.strip() else name, gender)


def _cased(text: str) -> str:
    """A text of capitals or of small letters only with a capital at each word; mixed ones stay as they are."""
    if len(text) > 3 and (text.isupper() or text.islower()):
        return _WORD.sub(lambda word: word[0].capitalize() if len(word[0]) > 1 else word[0], text.lower())
    return text


def name_key(text: str) -> str:
    """What two writings of one name share: words in small letters without legal forms, titles, degrees and marks."""
    words = re.findall(r"[a-z0-9]+", text.partition(", ")[0].lower())
    kept = [w for w in words if w not in _FORMS and (w not in _TITLES or len(words) == 1)]
    return " ".join(kept or words)


def share_a_word(one: str, other: str) -> bool:
    """Whether two name keys share a word of four letters or more that is not the trade's ("warung")."""
    first, second = ({w for w in key.split() if len(w) >= 4 and w not in _TRADE_WORDS} for key in (one, other))
    return bool(first & second)


def parted(text: str) -> tuple[str, str] | None:
    """(business, owner) from one cell: "Siti Aminah / Warung Sate", "Warung Sate (Siti)"; None where it cannot be told.

    The part that speaks of a trade is the business.
    """
    parts = [p.strip(" ()-/|;\n") for p in _PART.split(text, maxsplit=1)]
    if len(parts) != 2 or not all(parts):
        return None
    first, second = (_speaks_of_trade(part) for part in parts)
    if first == second and "(" not in text:
        return None
    return (parts[0], parts[1]) if first >= second else (parts[1], parts[0])


def _speaks_of_trade(text: str) -> int:
    return sum(word in _TRADE_WORDS for word in re.findall(r"[a-z]+", text.lower()))
