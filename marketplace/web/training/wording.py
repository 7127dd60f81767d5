"""What is said of a cohort in several places: the invitation's message, and why somebody may not enter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext, ngettext

from marketplace.models.training import Enrolment
from marketplace.reads.training.reaching import with_account
from marketplace.rules.cohorts import Reason
from marketplace.services import keyring
from marketplace.web.training.sheets import day_span, package_title
from marketplace.web.whatsapp import address


@dataclass(frozen=True)
class Doorbell:
    """An invitation to be sent by hand: to whom, their number, and the words."""

    enrolment: Enrolment
    phone: str
    text: str


def bell(of: Enrolment) -> Doorbell:
    """The message that invites a business, to be sent from the office's phone."""
    text = gettext(
        "Halo %(name)s. Dinas Koperasi dan UKM Cilegon mengundang usaha %(business)s ikut pelatihan "
        "“%(package)s”, %(days)s, di %(place)s. Gratis. Jawab di sini: %(address)s",
        name=of.business.owner_name,
        business=of.business.name,
        package=package_title(of.cohort.package),
        days=day_span(of.cohort.starts_on, of.cohort.ends_on),
        place=of.cohort.place or gettext("tempat menyusul"),
        address=address(f"/undangan-pelatihan/{of.token}"),
    )
    return Doorbell(of, keyring.decrypt(of.business.phone_cipher), text)


def seat_bell(of: Enrolment) -> Doorbell:
    """The message that says to a participant that they have a seat, to be sent from the office's phone."""
    text = gettext(
        "Halo %(name)s. Anda terpilih ikut pelatihan “%(package)s” dari Dinas Koperasi dan UKM Cilegon, %(days)s, "
        "pukul %(hours)s, di %(place)s. Gratis. Kode kehadiran Anda: %(address)s",
        name=of.business.owner_name or of.business.name,
        package=package_title(of.cohort.package),
        days=day_span(of.cohort.starts_on, of.cohort.ends_on),
        hours=of.cohort.hours or "–",
        place=of.cohort.place or gettext("tempat menyusul"),
        address=address(f"/undangan-pelatihan/{of.token}"),
    )
    return Doorbell(of, keyring.decrypt(of.business.phone_cipher), text)


def told_words(people: Sequence[Enrolment]) -> str:
    """How many of them a notice reached, and how many have no account and must be called."""
    numbers = [one.business_id for one in people]
    told = len(with_account(numbers))
    silent = len(numbers) - told
    said = []
    if told:
        said.append(ngettext("%(n)s diberi tahu di akunnya.", "%(n)s diberi tahu di akunnya.", told, n=told))
    if silent:
        said.append(
            ngettext(
                "%(n)s belum punya akun: hubungi lewat WhatsApp atau telepon.",
                "%(n)s belum punya akun: hubungi lewat WhatsApp atau telepon.",
                silent,
                n=silent,
            )
        )
    return " ".join(said)


def reason_words(reason: Reason) -> str:
    """A reason against, in the reader's language."""
    return str(gettext(reason.message, **{key: gettext(value) for key, value in reason.params.items()}))
