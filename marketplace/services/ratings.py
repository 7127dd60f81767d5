"""What the two sides of a contract say of each other."""

from __future__ import annotations

from datetime import datetime

from marketplace.models import db
from marketplace.models.contracts import Contract, Rating
from marketplace.rules.contracts import may_rate
from marketplace.rules.negotiations import Side, side_of
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import Actor, Role, require
from marketplace.rules.refusals import Invalid, WrongState
from marketplace.rules.words import N_
from marketplace.services import journal
from marketplace.services.businesses import mark_changed
from marketplace.services.moves import lock
from marketplace.services.notices import News, tell_business, tell_buyer

LONGEST = 500


def give(contract: Contract, stars: int, comment: str, actor: Actor, at: datetime) -> Rating:
    """One to five stars and a sentence, once per side. Raises Invalid, WrongState."""
    require(actor, "rating.give", contract)
    side = side_of(actor)
    lock(contract)
    if not may_rate(contract, side):
        raise WrongState("cannot_rate", N_("Belum bisa dinilai, atau pihak Anda sudah menilai."))
    if stars not in range(1, 6):
        raise Invalid("stars", "stars_bounds", N_("Pilih 1 sampai 5 bintang."))
    if len(comment) > LONGEST:
        raise Invalid("comment", "comment_long", N_("Paling panjang %(limit)s huruf."), limit=LONGEST)
    rating = Rating(side=side, stars=stars, comment=comment.strip(), at=at)
    contract.ratings.append(rating)
    if side is Side.BUYER:
        business = contract.business
        lock(business)
        business.rating_count += 1
        business.rating_sum += stars
        mark_changed(business.id)
    db.session.flush()
    journal.record("rating.give", contract, actor, at, details={"side": str(side), "stars": stars})
    _tell_other(contract, side, stars, at)
    return rating


def _tell_other(contract: Contract, side: Side, stars: int, at: datetime) -> None:
    params = {"code": contract.code, "stars": stars}
    title, body = N_("Ulasan untuk kontrak %(code)s"), N_("Pihak lain memberi %(stars)s dari 5 bintang.")
    news = News(NoticeKind.CONTRACT, title, body, f"/kontrak/{contract.code}#penilaian", params)
    if side is Side.BUYER:
        tell_business(contract.business_id, news, at)
    else:
        tell_buyer(contract.buyer_id, (Role.OFFICER, Role.APPROVER), news, at)
