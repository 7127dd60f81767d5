"""The trade of a text, the role of a business, nearness of trades."""

import csv
from pathlib import Path

import numpy as np
import pytest

from matching import classify as c
from matching.errors import BadInput

TRADES = Path(__file__).parents[2].parent / "shared" / "data" / "trades.csv"


def codes(text: str) -> tuple[str, ...]:
    return c.classify([text]).codes(0)


def business(name: str, activity: str = "") -> tuple[str, ...]:
    return c.classify_business([name], [activity]).codes(0)


def test_the_trades_are_the_published_ones_in_their_order() -> None:
    if not TRADES.exists():
        pytest.skip("../shared/data is absent: nothing to compare the codes with")
    with TRADES.open(encoding="utf-8") as source:
        published = tuple(row["code"] for row in csv.DictReader(source) if row["code"] != "none")
    assert published == c.TRADES


@pytest.mark.parametrize(
    ("text", "trade"),
    [
        ("Pengadaan Helm Proyek dan Rompi", "apd"),
        ("Belanja Makanan dan Minuman Rapat - Penyusunan Laporan Keuangan", "catering"),
        ("Belanja Alat/Bahan untuk Kegiatan Kantor-Benda Pos", "atk"),
        ("Pelatihan Menjahit Desa Sukamaju", "pendidikan-pelatihan"),
        ("Sewa Kendaraan Bermotor Penumpang", "sewa-kendaraan"),
        ("Cuci wearpack 400 kg per minggu", "laundry"),
        ("cuci 400 wearpack per minggu", "laundry"),
        ("ngumbah seragam 300 setel", "laundry"),
        ("sewa 300 kursi", "event-dekorasi"),
        ("rental of 3 pickup trucks", "sewa-kendaraan"),
        ("nasi box 200 buah", "catering"),
        ("20 buah laptop", "komputer-ti"),
        ("pitik 30 ekor", "daging-ikan-telur"),
        ("chicken 40 kg", "daging-ikan-telur"),
        ("washing of 300 uniforms", "laundry"),
        ("rent 300 chairs and 10 tents", "event-dekorasi"),
        ("pickup rental 3 units", "sewa-kendaraan"),
        ("kalibrasi pressure gauge", "kendaraan-alat"),
        ("pesan ayam goreng 30 ekor", "warung-makan"),
        ("drinking water for 200 workers", "air-minum"),
        ("bottled water 40 cartons", "air-minum"),
        ("20 office chairs", "mebel"),
        ("painting of a warehouse", "bangunan-renovasi"),
        ("ngecat gudang", "bangunan-renovasi"),
        ("mengecat gudang", "bangunan-renovasi"),
        ("mengecat mobil", "bengkel-kendaraan"),
        ("compressor repair", "kendaraan-alat"),
        ("compressor service", "kendaraan-alat"),
        ("rice 500 kg", "sembako"),
        ("rice box 100", "catering"),
        ("tuku endhog 20 kg", "daging-ikan-telur"),
        ("ngresiki kantor", "kebersihan"),
        ("gawe pager wesi", "las-fabrikasi"),
        ("kalibrasi timbangan", "kendaraan-alat"),
        ("kalibrasi alat kesehatan", "kesehatan-obat"),
        ("Pallet kayu 200 pcs", "kayu-palet"),
        ("Servis pompa air", "air-sumur-pompa"),
        ("Rabat beton gang", "bangunan-renovasi"),
        ("Jasa cuci mobil dinas", "cuci-kendaraan"),
    ],
)
def test_what_offices_write_is_recognised(text: str, trade: str) -> None:
    assert codes(text)[0] == trade


@pytest.mark.parametrize(
    ("text", "trade"),
    [
        ("payung logo perusahaan", "suvenir-plakat"),
        ("jas hujan satpam", "apd"),
        ("servis rutin AC kantor", "ac-pendingin"),
        ("servis rutin mobil", "bengkel-kendaraan"),
        ("wash 300 uniforms", "laundry"),
        ("pilok marking kuning", "bahan-bangunan"),
        ("tipe-x", "atk"),
        ("double tape", "atk"),
        ("seal tape", "bahan-bangunan"),
        ("stapol", "kebersihan"),
        ("polybag sampah 90x120", "kebersihan"),
        ("sepatu septi", "apd"),
        ("kaca mata safety", "apd"),
        ("angeun lada", "warung-makan"),
        ("jojorong", "snack-kue"),
        ("emping menes", "camilan-kering"),
        ("ganti sleting jaket", "jahit-permak"),
        ("cat ulang pagar", "bangunan-renovasi"),
        ("wc mampet", "limbah-rongsok"),
        ("training forklift", "pendidikan-pelatihan"),
        ("celana training", "seragam"),
        ("betadine", "kesehatan-obat"),
        ("hilux sewa bulanan", "sewa-kendaraan"),
        ("kursi futura sewa", "event-dekorasi"),
        ("oli bekas 5 drum", "limbah-rongsok"),
        ("bakso gerobak 200 porsi", "catering"),
        ("pinset alis dan gunting kuku", "kecantikan-pribadi"),
        ("segitiga pengaman mobil", "bengkel-kendaraan"),
        ("cuci keramik kamar mandi", "kebersihan"),
        ("cermin tikungan", "reklame-spanduk"),
        ("nyewa korsi 100", "event-dekorasi"),
        ("tukang gorden panggilan", "linen-gorden"),
        ("tukang bangunan", "bangunan-renovasi"),
        ("ganti busa kursi", "mebel"),
        ("tali karmantel", "apd"),
        ("kaos dalam putih", "batik-busana"),
        ("kaos dalam jumlah besar", "seragam"),
        ("lumpur ipal", "limbah-rongsok"),
        ("stavolt", "listrik-elektronik"),
        ("serbuk penyerap oli", "apd"),
        ("tumpeng syukuran zero accident", "catering"),
        ("narsum parenting", "pendidikan-pelatihan"),
        ("poles kap mobil", "cuci-kendaraan"),
        ("atap workshop bocor", "bangunan-renovasi"),
        ("butuh sega bungkus 100", "catering"),
    ],
)
def test_the_rarer_names_of_things_are_recognised(text: str, trade: str) -> None:
    assert codes(text)[0] == trade


@pytest.mark.parametrize(
    ("text", "trade"),
    [
        ("ht satpam", "listrik-elektronik"),
        ("sepatu pantofel satpam", "sepatu-tas"),
        ("jasa satpam", "tenaga-jasa"),
        ("satpam 3 shift", "tenaga-jasa"),
    ],
)
def test_who_uses_a_thing_is_not_what_is_asked(text: str, trade: str) -> None:
    assert codes(text)[0] == trade


@pytest.mark.parametrize(
    "demand",
    ["wajib NIB dan PIRT", "bersertifikat SLHS", "punya ISO 9001", "standar SNI", "termasuk PPN 11%", "dengan K3"],
)
@pytest.mark.parametrize(
    ("text", "trade"), [("katering 200 porsi", "catering"), ("600 stel wearpack", "seragam"), ("palet", "kayu-palet")]
)
def test_what_is_asked_of_a_supplier_is_not_what_is_bought(text: str, trade: str, demand: str) -> None:
    assert codes(f"{text} {demand}")[0] == trade


@pytest.mark.parametrize("text", ["sop iga sapi", "tumis genjer", "jengkol semur", "semur jengkol"])
def test_what_a_dish_is_made_of_is_not_bought_raw(text: str) -> None:
    assert codes(f"butuh {text} 50 porsi")[0] == "catering"


@pytest.mark.parametrize("text", ["ayam karkas 40 kg", "daging ayam", "ikan dan sayur"])
def test_raw_food_stays_raw(text: str) -> None:
    assert codes(text)[0] == "daging-ikan-telur"


@pytest.mark.parametrize("text", ["turbin uap", "boiler 20 ton", "plastik klip", "asuransi kendaraan", "bola futsal"])
def test_what_no_local_trade_covers_has_none(text: str) -> None:
    assert codes(text) == ()


@pytest.mark.parametrize(
    ("name", "activity", "trade"),
    [
        ("Warung Bu Tini", "menjual beras, telur, gula, minyak", "sembako"),
        ("Katering Bu Tini", "", "catering"),
        ("Loundry Wangi", "", "laundry"),
        ("Bengkel Las Maju", "membuat pagar", "las-fabrikasi"),
        ("Hik Pak Min", "", "warung-makan"),
        ("Kios Manuk", "jual manuk lan pakan", "ternak-pakan"),
        ("Modiste Ayu", "", "jahit-permak"),
        ("Depot Tirta", "isi ulang galon", "air-minum"),
    ],
)
def test_what_owners_write_is_recognised(name: str, activity: str, trade: str) -> None:
    assert business(name, activity)[0] == trade


@pytest.mark.parametrize("name", ["Septi", "Firman", "Labuan", "Malang", "Lilis", "Zein", "Sadeli", "Mesran", "Surya"])
def test_names_that_sound_like_goods_are_still_names(name: str) -> None:
    assert business(f"Toko {name}") == business(f"Warung {name} Jaya") == ()


@pytest.mark.parametrize("text", ["", "Toko Andi", "Warung Bu Trisni", "😀", "Belanja Barang Pakai Habis", "123"])
def test_a_text_that_says_too_little_has_no_trade(text: str) -> None:
    assert codes(text) == ()
    assert business(text) == ()


def test_a_grocer_who_sells_eggs_is_not_a_caterer() -> None:
    assert "catering" not in business("Kelontong Sari", "menjual telur dan beras")


def test_confidence_falls_and_stays_within_bounds() -> None:
    answer = c.classify(["katering dan snack box dan kopi", "xyz", "laundry"])
    assert answer.trades.dtype == np.int16
    assert answer.confidence.dtype == np.float32
    assert (np.diff(answer.confidence, axis=1) <= 0).all()
    assert ((answer.confidence >= 0) & (answer.confidence <= 1)).all()
    assert (answer.confidence[answer.trades < 0] == 0).all()
    assert (c.distribution(answer).sum(axis=1) <= 1 + 1e-6).all()


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("membuat dan menjual tempe", c.Role.MAKER),
        ("menjual sembako", c.Role.SELLER),
        ("jasa cuci motor", c.Role.SERVICE),
        ("tempe", c.Role.UNKNOWN),
    ],
)
def test_makers_sellers_and_services_are_told_apart(text: str, role: c.Role) -> None:
    assert c.role(text) is role


def test_the_activity_tells_the_role_before_the_name() -> None:
    assert c.roles(["Toko Roti"], ["membuat roti"]).tolist() == [c.Role.MAKER]
    assert c.roles(["Penjual Roti"], [""]).tolist() == [c.Role.SELLER]


def test_a_trade_is_nearest_to_itself() -> None:
    assert c.NEARNESS.shape == (51, 51)
    assert (np.diag(c.NEARNESS) == 1).all()
    off = c.NEARNESS[~np.eye(51, dtype=bool)]
    assert off.min() >= 0
    assert off.max() < 1
    at = c.TRADES.index
    assert c.NEARNESS[at("warung-makan"), at("catering")] == pytest.approx(0.4)


def test_lists_of_different_length_are_refused() -> None:
    with pytest.raises(BadInput) as refusal:
        c.classify_business(["a"], [])
    assert refusal.value.field == "activities"
