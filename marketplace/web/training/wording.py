"""What is said of a cohort in several places: the invitation's message, and why somebody may not enter."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext

from marketplace.models.training import Enrolment
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


def reason_words(reason: Reason) -> str:
    """A reason against, in the reader's language."""
    return str(gettext(reason.message, **{key: gettext(value) for key, value in reason.params.items()}))
