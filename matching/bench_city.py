"""A generated city to measure on: businesses and needs, the same for the same seed."""

from __future__ import annotations

import datetime as dt
from typing import Final

import numpy as np

from .needs import Held, Need, Supplier

TODAY: Final = dt.date(2026, 3, 1)
WORDS: Final[dict[str, tuple[str, ...]]] = {
    "catering": ("katering", "nasi kotak", "nasi box", "prasmanan", "tumpeng", "makan siang karyawan"),
    "warung-makan": ("warung makan", "soto", "bakso", "sate", "nasi uduk", "mie ayam"),
    "snack-kue": ("kue basah", "snack box", "roti", "jajanan pasar", "bolu", "donat"),
    "camilan-kering": ("keripik singkong", "kerupuk", "rempeyek", "emping", "kacang", "rengginang"),
    "minuman": ("es teh", "jus buah", "kopi", "jamu", "es kelapa", "susu segar"),
    "sembako": ("sembako", "kelontong", "beras", "minyak goreng", "telur", "gula"),
    "seragam": ("konveksi", "seragam kerja", "wearpack", "kaos", "jaket", "kemeja"),
    "jahit-permak": ("penjahit", "permak", "jahit baju", "modiste", "obras", "jahit celana"),
    "laundry": ("laundry kiloan", "cuci setrika", "londri", "cuci karpet", "dry clean", "laundry pakaian"),
    "kebersihan": ("cleaning service", "sabun", "sapu", "pembersih lantai", "pewangi", "alat kebersihan"),
    "percetakan": ("cetak undangan", "percetakan", "stiker", "kalender", "brosur", "buku nota"),
    "reklame-spanduk": ("spanduk", "banner", "neon box", "papan nama", "baliho", "umbul umbul"),
    "mebel": ("mebel", "kursi", "meja", "lemari", "sofa", "rak kayu"),
    "las-fabrikasi": ("las besi", "pagar", "kanopi", "teralis", "bengkel las", "rak besi"),
    "bengkel-kendaraan": ("bengkel motor", "servis mobil", "tambal ban", "ganti oli", "suku cadang", "cat mobil"),
    "listrik-elektronik": ("servis elektronik", "instalasi listrik", "lampu", "pulsa", "kabel", "servis tv"),
    "bahan-bangunan": ("pasir", "semen", "batu bata", "cat tembok", "toko bangunan", "besi beton"),
    "sayur-buah": ("sayur segar", "buah", "bumbu dapur", "cabe", "bawang merah", "parcel buah"),
    "tahu-tempe": ("tempe", "tahu", "oncom", "kedelai", "tahu goreng", "tempe mendoan"),
    "angkutan-ekspedisi": ("ojek", "angkutan barang", "ekspedisi", "kurir", "pindahan", "jasa kirim"),
}
SHARE: Final = (3, 18, 8, 5, 8, 20, 2, 4, 3, 1, 1, 1, 2, 2, 4, 4, 3, 6, 3, 2)
VERBS: Final = ("menjual", "membuat", "jual", "melayani", "produksi", "terima pesanan", "jasa", "usaha")
PLACES: Final = ("di rumah", "di pasar", "keliling", "online", "depan masjid", "di toko", "")
NAMES: Final = ("Bu Siti", "Pak Joko", "Berkah", "Mandiri", "Jaya", "Mbak Ani", "Barokah", "Sumber Rejeki", "Maju")
CERTIFICATES: Final = ("NIB", "HALAL", "SLHS", "PIRT", "NPWP", "ISO9001")
TRADE: Final = tuple(WORDS)


def businesses(count: int, seed: int = 1) -> list[Supplier]:
    """``count`` businesses: four in ten without declared category, one in seven certified."""
    rng = np.random.default_rng(seed)
    shares = np.array(SHARE) / sum(SHARE)
    trades = rng.choice(len(TRADE), count, p=shares)
    return [_business(i, TRADE[trades[i]], rng) for i in range(count)]


def _business(i: int, trade: str, rng: np.random.Generator) -> Supplier:
    words, pick, chance = WORDS[trade], rng.integers(0, 1 << 30, 9).tolist(), rng.random(9).tolist()
    first, second = words[pick[0] % 6], words[pick[1] % 6]
    activity = f"{VERBS[pick[2] % 8]} {first} dan {second} {PLACES[pick[3] % 7]}"
    held = tuple(Held(c, None, TODAY + dt.timedelta(pick[4] % 700)) for c in CERTIFICATES[: 1 + pick[5] % 6])
    deliveries = pick[6] % 60 if chance[0] < 0.1 else 0
    return Supplier(
        id=f"C-{i:07d}",
        name=f"{first.title()} {NAMES[pick[7] % 9]}",
        activity=activity,
        categories=(trade,) if chance[1] < 0.6 else (),
        lat=None if chance[2] < 0.05 else -6.0 + 0.12 * (chance[3] - 0.5),
        lon=None if chance[2] < 0.05 else 106.03 + 0.14 * (chance[4] - 0.5),
        certificates=held if chance[5] < 0.15 else (),
        capacity={trade: 10 + pick[8] % 900} if chance[6] < 0.5 else None,
        active=chance[7] < 0.95,
        registered=True,
        deliveries_total=deliveries,
        deliveries_on_time=int(deliveries * (0.6 + 0.4 * chance[8])),
        rating_sum=4.0 * (deliveries // 3),
        rating_count=deliveries // 3,
        prices={trade: 5_000 + pick[0] % 20_000} if chance[8] < 0.3 else {},
    )


def needs(count: int, seed: int = 2) -> list[Need]:
    """``count`` needs, half of them with a category, certificates, a place and a limit."""
    rng = np.random.default_rng(seed)
    found = []
    for i in range(count):
        trade = TRADE[rng.integers(len(TRADE))]
        words = rng.choice(WORDS[trade], 2, replace=False)
        strict = bool(rng.random() < 0.5)
        found.append(
            Need(
                id=f"K-{i:05d}",
                text=f"pengadaan {words[0]} dan {words[1]} untuk karyawan pabrik tahap {i}",
                category=trade if strict else None,
                quantity_per_day=int(rng.integers(50, 1500)),
                unit="unit",
                start=TODAY + dt.timedelta(30),
                end=TODAY + dt.timedelta(120),
                required=("NIB",) if strict else (),
                lat=-6.0,
                lon=106.03,
                max_km=8.0 if strict else None,
                min_share=20,
                ceiling_price=15_000 if strict else None,
                today=TODAY,
            )
        )
    return found
