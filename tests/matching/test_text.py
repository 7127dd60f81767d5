"""Canonical terms: one meaning, one term."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching import vocabulary
from matching.errors import BadInput
from matching.text import MAX_LENGTH, concepts, plain, resolve, terms
from matching.vocabulary import load

SOLO = Path(__file__).parents[2].parent / "shared" / "data" / "businesses_solo.csv"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("nasi box", "nasi dus"),
        ("nasi kotak", "nasi dos"),
        ("konveksi", "konfeksi"),
        ("londri", "laundry"),
        ("binatu", "penatu"),
        ("katering", "jasa boga"),
        ("APD", "alat pelindung diri"),
        ("safety shoes", "sepatu keselamatan"),
        ("foto copy", "fotokopi"),
        ("wearpack", "coverall"),
        ("klontong", "kelontong"),
        ("tailor", "penjahit"),
        ("rosok", "barang bekas"),
        ("sego goreng", "nasgor"),
        ("endog asin", "telur asin"),
    ],
)
def test_words_of_one_meaning_become_one_term(one: str, other: str) -> None:
    assert terms(one) == terms(other) != ()


@pytest.mark.parametrize(
    ("slip", "right"),
    [
        ("seragma", "seragam"),
        ("katerring", "katering"),
        ("sembakko", "sembako"),
        ("kerpuuk", "kerupuk"),
        ("lonthong", "lontong"),
        ("menjualsembako", "sembako"),
        ("dibordir", "bordir"),
    ],
)
def test_a_slip_of_the_finger_is_read_as_the_word_that_was_meant(slip: str, right: str) -> None:
    assert terms(slip) == (right,)


@pytest.mark.parametrize(
    ("text", "goods"),
    [
        ("payung 50 buah", "payung"), ("lima puluh buah payung", "payung"), ("10 buah tripod", "tripod"),
        ("lampu 20 buah", "lampu"), ("susu UHT 40 karton", "susu"), ("payung 40 karton", "payung"),
        ("100 kaleng cat", "cat"), ("kambing 5 ekor", "kambing"), ("sirup 12 botol", "sirup"),
        ("kertas 10 rim", "kertas"),
    ],
)  # fmt: skip
def test_a_unit_behind_a_number_names_nothing(text: str, goods: str) -> None:
    told = [term for term in terms(text) if not load().kind.get(term)]
    assert goods in told
    assert set(told) <= {goods, "uht"}


@pytest.mark.parametrize(
    ("text", "goods"),
    [
        ("butuh 50 galon", "air_galon"), ("50 galon untuk acara di Ciwandan", "air_galon"), ("10 kg buah", "buah"),
        ("macam2buah impor", "buah"),
        ("buah segar 10 kg", "buah_segar"), ("20 buah", "buah"), ("500 kardus", "karton"), ("buah 10 buah", "buah"),
        ("isi 50 galon", "air_galon"), ("air minum 50 galon", "air_galon"), ("100 buku", "buku"),
        ("20 galon 30 kardus", "karton"),
    ],
)  # fmt: skip
def test_a_unit_that_is_what_is_wanted_is_named(text: str, goods: str) -> None:
    assert goods in terms(text)


def test_units_of_several_things_name_nothing() -> None:
    assert "buah" not in terms("kursi 20 buah, meja 5 buah")
    assert "karton" not in terms("susu 20 karton dan sirup 12 karton")
    assert {"air_galon", "karton"} <= set(terms("20 galon 30 kardus"))


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("sewa 300 kursi", "sewa kursi"), ("sewa tiga ratus kursi", "sewa kursi"),
        ("cuci 400 stel seragam", "cuci seragam"), ("ngumbah 300 setel seragam", "cuci seragam"),
        ("rental of 3 pickup", "sewa pickup"), ("servis 10 unit AC", "servis ac"),
        ("crane rental, 25 ton", "sewa crane"), ("dump truck rental", "sewa dump truck"),
        ("30 ekor ayam bakar", "ayam bakar"), ("oksigen 10 tabung", "tabung oksigen"),
        ("ayam kampung 30 ekor", "ekor ayam kampung"),
        ("air 20 galon", "air galon"), ("sewa 5 tenda dan 200 kursi", "sewa tenda dan kursi"),
        ("isi ulang 50 galon", "isi ulang galon"), ("servis 24 jam, motor", "servis, motor"),
    ],
)  # fmt: skip
def test_a_number_does_not_part_a_verb_from_its_thing(text: str, phrase: str) -> None:
    found = [concept.term for concept in concepts(text) if not concept.kind or concept.kind == "service"]
    assert {concept.term for concept in concepts(phrase)} <= set(found)


def test_words_of_procurement_and_fillers_say_nothing() -> None:
    assert terms("Belanja Barang Pakai Habis") == ()
    assert terms("Pengadaan dan Penyediaan Jasa") == ()
    assert terms("Toko Bu Sri") == ()


def test_a_phrase_keeps_the_products_inside_it() -> None:
    assert terms("nasi dus")[:2] == ("nasi_kotak", "nasi")


def test_a_name_of_a_person_is_not_corrected_into_a_product() -> None:
    assert terms("Bu Sutarti") == ()
    assert terms("Pak Joko Slamet") == ()


def test_a_name_that_is_also_a_product_is_a_name_at_the_end_and_behind_a_title() -> None:
    assert "bibit" not in terms("Toko Kelontong Bu Bibit")
    assert "bakmi" in terms("Warung Mbak Bakmi Mul")


def test_the_place_where_a_thing_is_used_is_set_aside() -> None:
    assert [(concept.term, concept.aside) for concept in concepts("lampu kantin")] == [
        ("lampu", False),
        ("kantin", True),
    ]
    assert not concepts("kantin karyawan")[0].aside


def test_phrases_do_not_cross_a_comma() -> None:
    assert "nasi_kotak" not in terms("nasi, kotak")


def test_every_concept_stands_where_it_says() -> None:
    text = "Jual NASI BOX, snack dus & es teh (murah)"
    for concept in concepts(text):
        assert text[concept.start : concept.end].strip()
    assert [text[c.start : c.end] for c in concepts(text) if c.term == "nasi_kotak"] == ["NASI BOX"]


@given(st.text(max_size=300))
def test_any_text_has_terms_and_always_the_same_ones(text: str) -> None:
    assert terms(text) == terms(text)
    assert len(plain(text)) == len(text)


@given(st.from_regex(r"[a-z]{1,20}", fullmatch=True))
def test_a_word_becomes_one_or_two_words_and_always_the_same(word: str) -> None:
    once = resolve(word)
    resolve.cache_clear()
    assert resolve(word) == once
    assert 1 <= len(once) <= 2


def test_too_long_a_text_is_refused_with_the_field() -> None:
    with pytest.raises(BadInput) as refusal:
        terms("x" * (MAX_LENGTH + 1))
    assert (refusal.value.field, refusal.value.reason) == ("text", "too_long")
    assert "200.000" in refusal.value.message("id")
    assert refusal.value.message("en") != refusal.value.message("id")


def test_something_that_is_no_text_is_refused() -> None:
    with pytest.raises(BadInput):
        terms(12)  # type: ignore[arg-type]


def test_no_phrase_is_written_under_two_trades_in_one_file() -> None:
    for path in sorted(vocabulary.FOLDER.glob("trades_*.tsv")):
        seen: dict[str, str] = {}
        for line in vocabulary.lines(path.name):
            column, _, phrases = line.partition("\t")
            for phrase in (p.strip() for p in phrases.split(";")):
                if phrase:
                    assert phrase not in seen, f"{path.name}: {phrase!r} under {seen[phrase]} and {column}"
                    seen[phrase] = column
