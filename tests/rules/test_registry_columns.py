"""Finding the header and what each column is; names and places as lists write them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from marketplace.rules.businesses import Gender, Kind, Scale
from marketplace.rules.registry_columns import SIDT_COLUMNS, Field, by_title, find_header, propose, titles_of
from marketplace.rules.registry_names import business_name, name_key, owner_name, parted
from marketplace.rules.registry_places import Gazetteer, Place
from marketplace.rules.registry_scales import Limits, scale_of
from seeds.reference import read_areas

F = Field
CITY = Gazetteer(
    [Place(a.code, a.kelurahan, a.kecamatan, tuple(a.aliases), a.lat, a.lon) for a in read_areas()], "Cilegon"
)
LIMITS = Limits((2 * 10**9, 15 * 10**9, 50 * 10**9), (10**9, 5 * 10**9, 10**10))


def proposed(rows: Sequence[Sequence[Any]], remembered: dict[str, Field | None] | None = None) -> list[Field | None]:
    header, count = find_header(rows)
    titles = titles_of(rows, header, count, max(map(len, rows)))
    return list(propose(titles, rows[header + count :], remembered or {}, CITY.knows))


def test_the_header_is_found_below_title_rows() -> None:
    rows = [["DAFTAR UMKM"], ["TAHUN 2026"], [], ["No", "Nama Usaha", "Pemilik", "NIK"], [1, "Sate", "Siti", "3672"]]
    assert find_header(rows) == (3, 1)


def test_a_header_in_two_rows_is_read_as_one() -> None:
    rows = [
        ["No", "Nama Usaha", "Alamat", "Alamat", "Alamat", "Jumlah"],
        ["", "", "Jalan", "Kelurahan", "Kecamatan", ""],
        [1, "Sate", "Jl. A", "Gerem", "Gerogol", 3],
    ]
    assert find_header(rows) == (0, 2)
    assert titles_of(rows, 0, 2, 6) == [
        "No", "Nama Usaha", "Alamat Jalan", "Alamat Kelurahan", "Alamat Kecamatan", "Jumlah",
    ]  # fmt: skip


def test_the_first_row_of_data_is_no_second_header() -> None:
    assert find_header([["Nama", "Usaha", "Kelurahan"], ["Siti", "Sate", "Gerem"]]) == (0, 1)


def test_every_column_of_the_ministry_is_known_by_its_own_name() -> None:
    assert [by_title(name) for name in SIDT_COLUMNS] == list(SIDT_COLUMNS.values())


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("No. KTP", F.NIK), ("NIK *", F.NIK), ("Nomor HP (WA)", F.PHONE), ("Kel.", F.KELURAHAN),
        ("Jenis Usaha", F.ACTIVITY), ("No", None),
        ("NAMA PEMILIK / NAMA USAHA", F.NAMES), ("Omset setahun", F.SALES),
        ("Omset per bulan", None), ("Jml Tenaga Kerja", F.WORKERS),
        ("L/P", F.GENDER), ("Tempat, Tanggal Lahir", F.BIRTH_DATE), ("Keterangan lain", None),
    ],
)  # fmt: skip
def test_titles_are_understood(title: str, field: Field | None) -> None:
    assert by_title(title) is field


def test_columns_without_a_telling_title_are_known_by_their_cells() -> None:
    rows = [["No", "Nama", "Kolom A", "Kolom B", "Kolom C"]]
    rows += [[str(n), f"Siti {n}", f"36720541018000{n:02d}", f"0812345678{n:02d}", "Gerem"] for n in range(10, 20)]
    assert proposed(rows) == [None, F.OWNER, F.NIK, F.PHONE, F.KELURAHAN]


def test_cells_that_contradict_the_title_are_believed() -> None:
    rows = [["Nama Usaha", "NIK", "Nomor"]]
    rows += [[f"Warung {n}", "", f"36720541018000{n:02d}"] for n in range(10, 20)]
    assert proposed(rows)[2] is F.NIK or proposed(rows)[1] is F.NIK
    rows = [["Nama Usaha", "NIK", "Nomor"]]
    rows += [[f"Warung {n}", f"0812345678{n:02d}", f"36720541018000{n:02d}"] for n in range(10, 20)]
    assert proposed(rows)[1:] == [F.PHONE, F.NIK]


def test_last_times_answer_comes_first() -> None:
    rows = [["Nama Usaha", "Ket"], ["Sate", "x"], ["Soto", "y"]]
    assert proposed(rows, {"ket": F.PRODUCTS, "nama usaha": None}) == [None, F.PRODUCTS]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Siti Aminah / Warung Sate", ("Warung Sate", "Siti Aminah")),
        ("Warung Sate (Siti Aminah)", ("Warung Sate", "Siti Aminah")),
        ("Siti Aminah - Katering Melati", ("Katering Melati", "Siti Aminah")),
        ("Warung Sate\nSiti", None),
        ("Warung Sate", None),
        ("Siti / Aminah", None),
    ],
)
def test_business_and_owner_in_one_cell_are_parted(text: str, parts: tuple[str, str] | None) -> None:
    assert parted(text) == parts or (parts is None and "\n" in text)


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("cv. maju jaya", "CV Maju Jaya", Kind.CV),
        ("PT.SINAR BARU", "PT Sinar Baru", Kind.PT),
        ("PT Sinar (Perorangan)", "PT Sinar (Perorangan)", Kind.PT_SOLE),
        ("UD BERKAH", "UD Berkah", Kind.SOLE),
        ("koperasi melati", "Koperasi Melati", Kind.COOPERATIVE),
        ("WARUNG BU SITI", "Warung Bu Siti", None),
        ("McSate", "McSate", None),
    ],
)
def test_legal_forms_are_written_in_one_way(text: str, name: str, kind: Kind | None) -> None:
    assert business_name(text) == (name, kind)


@pytest.mark.parametrize(
    ("text", "name", "gender"),
    [
        ("HJ. SITI AMINAH, S.Pd", "Hj. Siti Aminah, S.Pd", Gender.FEMALE),
        ("Bu Siti", "Siti", Gender.FEMALE),
        ("Pak Haji Dodo", "H. Dodo", Gender.MALE),
        ("Drs. Ahmad", "Drs. Ahmad", None),
        ("Ibu", "Ibu", None),
    ],
)
def test_titles_of_people_are_read(text: str, name: str, gender: Gender | None) -> None:
    assert (owner_name(text).name, owner_name(text).gender) == (name, gender)


def test_two_writings_of_a_name_share_a_key() -> None:
    assert name_key("CV. Maju-Jaya") == name_key("cv maju jaya") == "maju jaya"
    assert name_key("Hj. Siti, S.E.") == name_key("SITI")


@pytest.mark.parametrize(
    ("written", "district", "kelurahan"),
    [
        ("Jombang Wetn", "", "Jombang Wetan"), ("KEL. SAMANG RAYA", "", "Samangraya"), ("kebun sari", "", "Kebonsari"),
        ("Gedung Dalem", "Jombang", "Gedong Dalem"), ("Ciwadug", "", "Ciwaduk"), ("Grogol", "Gerogol", "Grogol"),
        ("Serang", "", None), ("Sari", "", None),
    ],
)  # fmt: skip
def test_a_kelurahan_is_found_however_it_is_spelt(written: str, district: str, kelurahan: str | None) -> None:
    found = CITY.find(written, district)
    assert (found.place.kelurahan if found else None) == kelurahan


def test_a_kelurahan_is_found_in_an_address() -> None:
    found = CITY.find("", "", "Jl. Raya Anyer No. 5, Kubangsari, Ciwandan")
    assert found is not None
    assert (found.place.kelurahan, found.how) == ("Kubangsari", "address")


def test_only_this_city_is_here() -> None:
    assert [CITY.is_here(c) for c in ("", "KOTA CILEGON", "cilgon", "Kab. Serang")] == [True, True, True, False]


@pytest.mark.parametrize(
    ("sales", "capital", "scale"),
    [
        (2 * 10**9, None, Scale.MICRO), (2 * 10**9 + 1, None, Scale.SMALL), (None, 6 * 10**9, Scale.MEDIUM),
        (10**9, 6 * 10**9, Scale.MICRO), (None, None, None), (0, 10**9, Scale.MICRO),
    ],
)  # fmt: skip
def test_the_scale_follows_the_limits_of_the_law(sales: int | None, capital: int | None, scale: Scale | None) -> None:
    assert scale_of(sales, capital, LIMITS) is scale


def test_above_medium_is_no_small_business() -> None:
    with pytest.raises(ValueError, match="above medium"):
        scale_of(51 * 10**9, None, LIMITS)
