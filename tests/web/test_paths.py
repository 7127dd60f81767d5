"""Addresses with numbers that no row can have."""

from __future__ import annotations

import pytest
from flask import Flask

from marketplace.rules.policy import Role
from tests.factories import accounts, businesses
from tests.visitors import Visitor


@pytest.mark.parametrize("path", ["/profil/produk/{}", "/pelatihan-saya/{}/surat-tanda.pdf"])
@pytest.mark.parametrize("number", ["9" * 20, "9" * 10, "9" * 9, "0" * 40 + "1"])
def test_a_number_longer_than_any_id_names_nothing(app: Flask, path: str, number: str) -> None:
    owner = Visitor.of(app, accounts.member(Role.OWNER, business=businesses.business()))
    assert owner.get(path.format(number)).status_code == 404
