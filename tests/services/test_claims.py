"""Claims on registered businesses."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.accounts import Claim, Membership, User
from marketplace.models.audit import Event
from marketplace.models.businesses import Business, SupplierChange
from marketplace.models.notices import Notice
from marketplace.rules.businesses import BusinessState, ClaimState
from marketplace.rules.claims import Match, birth_date, evidence_of, is_proven
from marketplace.rules.policy import Role
from marketplace.rules.refusals import Forbidden, Invalid, WrongState
from marketplace.services import claims, keyring
from marketplace.services.claims import Answers
from tests.factories import accounts as people
from tests.factories import businesses

NIK = "3672015708850001"


@pytest.fixture
def business(app: Flask) -> Business:
    return businesses.business(
        state=BusinessState.REGISTERED, nik_cipher=keyring.encrypt(NIK), owner_birth_date=date(1985, 8, 17)
    )


def claimed(business: Business, at: datetime, who: User | None = None) -> Claim:
    evidence = claims.prove(business, Answers("0001", "17-08-1985"), at)
    return claims.make(business, who or people.user(), evidence, True, at)


def test_a_confirmed_claim_makes_an_owner_and_a_claimed_business(business: Business, at: datetime) -> None:
    user, clerk = people.user(), people.member(Role.CLERK)
    claim = claimed(business, at, user)
    assert db.session.scalars(select(Notice.user_id)).all() == [clerk.id]
    claims.confirm(claim, people.actor(Role.HEAD), at)
    assert (claim.state, business.state) == (ClaimState.CONFIRMED, BusinessState.CLAIMED)
    assert claim.decided_by_id is not None
    owner = db.session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
    assert (owner.role, owner.business_id) == (Role.OWNER, business.id)
    assert user.id in db.session.scalars(select(Notice.user_id)).all()
    assert db.session.scalars(select(SupplierChange.business_id)).all() == [business.id]
    verbs = db.session.scalars(select(Event.verb).order_by(Event.seq)).all()
    assert [v for v in verbs if v in {"claim.make", "claim.confirm", "business.claim"}] == [
        "claim.make",
        "claim.confirm",
        "business.claim",
    ]


@pytest.mark.parametrize(("nik4", "birth"), [("0002", "17-08-1985"), ("0001", "18-08-1985"), ("9999", "01-01-1990")])
def test_a_wrong_answer_is_refused_without_saying_which(
    business: Business, at: datetime, nik4: str, birth: str
) -> None:
    with pytest.raises(Invalid) as refused:
        claims.prove(business, Answers(nik4, birth), at)
    assert refused.value.code == "proof_differs"
    assert refused.value.params == {}


def test_the_evidence_says_what_matched_and_never_the_data(business: Business, at: datetime) -> None:
    claim = claimed(business, at)
    assert [match for _, match in evidence_of(claim.evidence)] == [Match.SAME, Match.SAME]
    trail = " ".join(f"{e.details} {e.reason}" for e in db.session.scalars(select(Event)))
    for secret in (NIK, "0001", "1985"):
        assert secret not in claim.evidence
        assert secret not in trail


def test_what_the_file_lacks_is_shown_to_dinkop_as_unproven(business: Business, at: datetime) -> None:
    business.nik_cipher, business.owner_birth_date = None, None
    evidence = claims.prove(business, Answers("1234", "1985-08-17"), at)
    assert [match for _, match in evidence_of(evidence)] == [Match.ABSENT, Match.ABSENT]
    assert claims.prove(business, Answers(""), at) == evidence
    assert not is_proven(evidence)


def test_what_is_on_file_must_match_where_the_rest_is_missing(business: Business, at: datetime) -> None:
    business.nik_cipher = None
    assert is_proven(claims.prove(business, Answers("", "17-08-1985"), at))
    for birth in ("", "18-08-1985"):
        with pytest.raises(Invalid) as refused:
            claims.prove(business, Answers("0001", birth), at)
        assert refused.value.field == "birth"


def test_without_consent_there_is_no_claim(business: Business, at: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        claims.make(business, people.user(), "nik=same birth=same", False, at)
    assert refused.value.field == "consent"


def test_the_same_person_claims_a_business_once_at_a_time(business: Business, at: datetime) -> None:
    user = people.user()
    claimed(business, at, user)
    with pytest.raises(WrongState):
        claimed(business, at, user)


def test_a_claimed_business_cannot_be_claimed_again(business: Business, at: datetime) -> None:
    claims.confirm(claimed(business, at), people.actor(Role.CLERK), at)
    with pytest.raises(WrongState):
        claimed(business, at)


def test_confirming_one_claim_refuses_its_rivals(business: Business, at: datetime) -> None:
    first, rival = claimed(business, at), claimed(business, at)
    claims.confirm(first, people.actor(Role.CLERK), at)
    db.session.refresh(rival)
    assert rival.state is ClaimState.REFUSED
    assert rival.reason


def test_a_refusal_needs_a_reason_that_the_claimant_reads(business: Business, at: datetime) -> None:
    user = people.user()
    claim, clerk = claimed(business, at, user), people.actor(Role.CLERK)
    with pytest.raises(Invalid):
        claims.refuse(claim, "  ", clerk, at)
    claims.refuse(claim, "KTP tidak dibawa", clerk, at)
    assert (claim.state, claim.reason) == (ClaimState.REFUSED, "KTP tidak dibawa")
    told = db.session.scalars(select(Notice).where(Notice.user_id == user.id)).one()
    assert told.params["reason"] == "KTP tidak dibawa"
    assert business.state is BusinessState.REGISTERED


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR])
def test_only_dinkop_decides(business: Business, at: datetime, role: Role) -> None:
    with pytest.raises(Forbidden):
        claims.confirm(claimed(business, at), people.actor(role), at)


@pytest.mark.parametrize("text", ["17-08-1985", "17/8/1985", "17 08 1985", "1985-08-17", "17.08.1985"])
def test_a_birth_date_is_read_in_the_usual_ways(text: str) -> None:
    assert birth_date(text, date(2026, 11, 24)) == date(1985, 8, 17)


@pytest.mark.parametrize(
    "text", ["", "kemarin", "31-02-1985", "1985", "17-08-85", "17-08-2030", "1-1-1985-3", "17-08-1800"]
)
def test_an_impossible_birth_date_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        birth_date(text, date(2026, 11, 24))
