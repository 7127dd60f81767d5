"""Who opens which paper, what a number looks like."""

from __future__ import annotations

import pytest

from marketplace.rules.business_files import OPEN_TO_BUYERS, PaperKind, check_number, masked, may_open
from marketplace.rules.policy import PUBLIC, Actor, Role
from marketplace.rules.refusals import Invalid

OWN, OTHER = 7, 8


def opens(role: Role, kind: PaperKind, business_id: int | None = None, dealt: bool = False) -> bool:
    return may_open(Actor(user_id=1, role=role, business_id=business_id), kind, OWN, dealt)


@pytest.mark.parametrize("kind", list(PaperKind), ids=str)
def test_papers_with_personal_data_open_for_the_owner_dinkop_and_who_has_a_contract(kind: PaperKind) -> None:
    plain = kind in OPEN_TO_BUYERS
    assert opens(Role.OWNER, kind, OWN)
    assert opens(Role.CLERK, kind)
    assert opens(Role.OFFICER, kind, dealt=True)
    assert opens(Role.OFFICER, kind) is plain
    assert opens(Role.STAFF, kind, OWN) is plain
    assert not opens(Role.OWNER, kind, OTHER)
    assert not opens(Role.OWNER, kind, OTHER, dealt=True)
    assert not opens(Role.AUDITOR, kind, dealt=True)
    assert not may_open(PUBLIC, kind, OWN, False)


@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        (PaperKind.NPWP, "09.254.294.3-407.000", "092542943407000"),
        (PaperKind.NPWP, "3672015708850001", "3672015708850001"),
        (PaperKind.NIB, "0220 1002 34567", "0220100234567"),
        (PaperKind.DEED, " AHU-0012.AH  Tahun 2020 ", "AHU-0012.AH Tahun 2020"),
        (PaperKind.PROFILE, "apa saja", ""),
    ],
)
def test_numbers_are_kept_tidy(kind: PaperKind, typed: str, kept: str) -> None:
    assert check_number(kind, typed) == kept


@pytest.mark.parametrize(
    ("kind", "typed"),
    [(PaperKind.NPWP, "12345"), (PaperKind.NPWP, "٣٦٧٢٠١٥٧٠٨٨٥٠٠٠١"), (PaperKind.NIB, ""), (PaperKind.DEED, "x" * 61)],
)
def test_numbers_that_cannot_be_are_refused(kind: PaperKind, typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_number(kind, typed)
    assert refused.value.field == "number"


def test_a_number_is_shown_by_its_end_only() -> None:
    assert masked("3672015708850001") == "••••••••••••0001"
