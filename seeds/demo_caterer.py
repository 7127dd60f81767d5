"""The caterer whose owner signs in as umkm@demo.test."""

from __future__ import annotations

from datetime import date

from seeds.businesses import SeedBusiness, SeedOffering, local_id, nib, phone
from seeds.holdings import Issuing
from seeds.people import People
from seeds.places import Places

KELURAHAN = "Tegal Ratu"
ADDRESS = "Jl. Kenanga No. 12 RT 003 RW 002 Kel. Tegal Ratu"
BORN = date(1981, 4, 17)
LASTING = ("SLHS", "HALAL", "HACCP", "PKP_PANGAN", "BNSP_COOK", "BNSP")
"""Papers whose term is long enough to stay good for more than a year."""
DAYS_LEFT = 400


def demo_caterer(people: People, places: Places, issuing: Issuing) -> SeedBusiness:
    """The first business of every demo city: 450 portions a day, every paper good for more than a year."""
    spot = places.spot(next(a for a in places.areas if a.kelurahan == KELURAHAN))
    return SeedBusiness(
        local_id=local_id(1),
        name="Dapur Sekar Sagara",
        owner_name="Hj. Ratna Wulandari",
        gender="P",
        birth_date=BORN,
        nik=people.nik("P", BORN),
        phone=phone(1),
        email=None,
        nib=nib(1),
        kelurahan_code=spot.kelurahan_code,
        address=ADDRESS,
        lat=spot.lat,
        lon=spot.lon,
        trade="catering",
        categories=("katering-harian", "katering-acara", "snack-box"),
        activity="Katering harian karyawan pabrik, nasi box dan snack box, bisa antar per shift",
        products="nasi box, makan siang karyawan, prasmanan, snack box",
        kind="perorangan",
        scale="mikro",
        annual_sales=1_420_000_000,
        capital=285_000_000,
        workers=9,
        founded=2014,
        sources=("dinkop", "sidt"),
        status="active",
        trained=True,
        certificates=tuple(issuing.current(code, days_left=DAYS_LEFT) for code in LASTING),
        offerings=(
            SeedOffering("katering-harian", "porsi", 450, 18_500, 2, 50),
            SeedOffering("katering-acara", "porsi", 300, 32_000, 3, 50),
            SeedOffering("snack-box", "boks", 300, 12_500, 2, 30),
        ),
    )
