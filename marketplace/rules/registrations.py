"""Businesses that stand in no list yet: what their owners tell Dinkop, and how long a code to their phone is good."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.rules.lives import Life, Step
from marketplace.rules.refusals import Invalid, TooMany, WrongState
from marketplace.rules.words import N_, Word


class RegistrationState(Word):
    """Where a request to be registered stands."""

    MADE = "made", N_("Menunggu Dinkop"), "warning"
    REGISTERED = "registered", N_("Sudah didaftarkan"), "good"
    REFUSED = "refused", N_("Dijawab tanpa didaftarkan"), "neutral"


REGISTRATION_LIFE = Life(
    "registration",
    RegistrationState.MADE,
    (
        Step(
            "register",
            (RegistrationState.MADE,),
            RegistrationState.REGISTERED,
            "registry.change",
            N_("Daftarkan"),
            "good",
            "decided_at",
        ),
        Step(
            "refuse",
            (RegistrationState.MADE,),
            RegistrationState.REFUSED,
            "registry.change",
            N_("Jawab tanpa mendaftarkan"),
            "neutral",
            "decided_at",
        ),
    ),
)


@dataclass(frozen=True)
class RegistrationSheet:
    """What an owner tells: names, place, trade, how to be reached; NIB and NIK where there are any."""

    name: str
    owner_name: str
    phone: str
    area_code: str
    trade_code: str
    activity: str = ""
    nib: str = ""
    nik: str = ""
    email: str = ""


class Likeness(Word):
    """What a registered business shares with the one that is asked for, whatever else differs."""

    NAMES = "names", N_("nama usaha dan pemilik sama"), "bad"
    NAME = "name", N_("nama usaha sama, nama pemilik mirip"), "bad"
    NIK = "nik", N_("NIK sama"), "bad"
    NIB = "nib", N_("NIB sama"), "bad"
    PHONE = "phone", N_("nomor HP sama"), "warning"


def most_alike_first(found: Iterable[tuple[int, Likeness]]) -> list[tuple[int, tuple[Likeness, ...]]]:
    """Businesses with every reason, the strongest reason first; the order within a reason is kept."""
    reasons: dict[int, list[Likeness]] = {}
    for business_id, why in found:
        reasons.setdefault(business_id, []).append(why)
    rank = list(Likeness)
    pairs = [(key, tuple(sorted(set(why), key=rank.index))) for key, why in reasons.items()]
    return sorted(pairs, key=lambda pair: (rank.index(pair[1][0]), -len(pair[1])))


ASKED_ALREADY = {
    Likeness.NIK: ("nik", N_("Usaha dengan NIK ini sudah diminta didaftarkan dan menunggu Dinkop.")),
    Likeness.NIB: ("nib", N_("Usaha dengan NIB ini sudah diminta didaftarkan dan menunggu Dinkop.")),
    Likeness.PHONE: ("phone", N_("Usaha ini sudah diminta didaftarkan dengan nomor HP ini dan menunggu Dinkop.")),
}
"""What makes a request the same as one that waits: the field that tells it, and what is said to whoever asks again."""


def asked_already(why: Likeness, code: str) -> Invalid:
    """The refusal of a request that waits already for the reason `why` of ASKED_ALREADY; `code` is its code, empty
    when it is not to be told."""
    field, message = ASKED_ALREADY[why]
    if code:
        own = N_("Permintaan ini sudah terkirim dengan kode %(request)s dan menunggu Dinkop. Tidak perlu dikirim lagi.")
        return Invalid(field, "asked_already", own, request=code)
    return Invalid(field, "asked_already", message)


def check_looked(alike: bool, looked: bool) -> None:
    """Raise Invalid("looked") when something alike is known and nobody says that it was looked at."""
    if alike and not looked:
        message = N_("Ada yang mirip. Periksa dahulu, lalu centang “Saya sudah memeriksa yang mirip”.")
        raise Invalid("looked", "not_looked", message)


# -- codes to a phone --------------------------------------------------------------

CODE_DIGITS = 6
CODE_GOOD_FOR = timedelta(minutes=30)
"""From the moment a clerk hands it out: long enough to read a message, too short to be passed on."""
CODE_TRIES = (5, 1800)
"""Guesses at the code of one business while it is good; a guess that is right by luck: 5 in a million."""
ASKED_A_DAY = 3
"""Codes that may be asked for one business in a day."""


def check_asked(today: int) -> None:
    """Raise TooMany when a code was asked for this business too often today."""
    if today >= ASKED_A_DAY:
        raise TooMany("codes_asked", N_("Kode untuk usaha ini sudah diminta beberapa kali hari ini. Coba lagi besok."))


def check_phone(on_file: bool) -> None:
    """Raise WrongState when there is no number to send a code to."""
    if not on_file:
        raise WrongState("no_phone", N_("Tidak ada nomor HP di berkas usaha ini. Datang ke meja Dinkop membawa KTP."))


def check_code(fits: bool, expires_at: datetime | None, at: datetime) -> None:
    """Raise Invalid("phone_code") unless the code fits and is still good."""
    if not fits or expires_at is None or at >= expires_at:
        raise Invalid("phone_code", "code_wrong", N_("Kode ini keliru atau sudah lewat waktunya. Minta yang baru."))
