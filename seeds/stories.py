"""What happened to an invented tender: who bid at which level, who won, how it was delivered, paid and rated."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

FAILED_EMPTY = "Tidak ada penawaran yang masuk sampai batas waktu."
FAILED_HIGH = "Semua penawaran melampaui harga tertinggi."
LOST = "Harga lebih tinggi dari pemenang."
FAILED_PAPERS = "Tidak ada penawar yang memenuhi syarat sertifikat."
CANCELLED = (
    "Jadwal pekerjaan diundur oleh pabrik.",
    "Anggaran belum disetujui.",
    "Kebutuhan digabung dengan paket lain.",
    "Ada kesalahan jumlah pada dokumen, akan diumumkan ulang.",
)
DISQUALIFIED = (
    "SLHS sudah habis masa berlaku.",
    "Sertifikat halal belum terbit.",
    "Dokumen NIB tidak memuat KBLI yang sesuai.",
    "Kapasitas yang ditawarkan tidak terbukti saat kunjungan.",
)
NOTES = (
    "",
    "",
    "Siap uji rasa dan kunjungan dapur.",
    "Harga sudah termasuk antar.",
    "Bisa tambah 10% bila diberi tahu sehari sebelumnya.",
    "Tenaga dan bahan siap.",
    "Contoh dapat dikirim besok.",
)
COMMENTS = {
    5: ("Tepat waktu dan rapi, lanjutkan.", "Rasa konsisten, porsi cukup.", "Cepat tanggap bila ada perubahan jumlah."),
    4: ("Baik, sesekali terlambat sedikit.", "Hasil sesuai contoh.", "Komunikasi bagus."),
    3: ("Cukup, perlu perbaikan pengantaran.", "Jumlah pernah kurang, sudah diganti."),
    2: ("Beberapa kali terlambat.", "Kualitas tidak merata."),
}
TURNOUT = {
    "open": (0, 4),
    "to_open": (2, 7),
    "evaluating": (2, 9),
    "awarded": (1, 9),
    "completed": (1, 9),
    "cancelled": (0, 3),
}


@dataclass(frozen=True)
class SeedBid:
    """A bid: unit price in permille of the ceiling, share of the asked daily quantity in percent, for all lots.

    `result` is sealed, opened, accepted, lost, disqualified or withdrawn; `awarded_percent` is what an accepted bid got
    (the accepted ones of a tender add up to 100), `rebate_permille` what negotiation took off its price.
    """

    price_permille: int
    share_percent: int
    submitted_at: datetime
    result: str
    awarded_percent: int = 0
    rebate_permille: int = 0
    note: str = ""
    reason: str = ""


@dataclass(frozen=True)
class SeedContract:
    """How the contracts of a tender went so far: the share of deliveries on time and of goods accepted (percent), days
    that payments came after their due date, and the stars given (None while it runs)."""

    on_time_percent: int
    accepted_percent: int
    late_payment_days: int
    rating: int | None
    buyer_rating: int | None
    comment: str


@dataclass(frozen=True)
class BidWindow:
    """The stage of a tender, between which instants its bids came in, and whether several may share it."""

    stage: str
    first: datetime
    last: datetime
    splittable: bool
    method: str


class Stories:
    """Draws bids and endings from one source of luck."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng

    def bids(self, window: BidWindow) -> tuple[SeedBid, ...]:
        """The bids of a tender, cheapest first; several may be accepted only where the lot may be split."""
        if window.stage == "failed":
            return self._failed(window)
        low, high = TURNOUT[window.stage]
        count = 1 if window.method == "direct" else low + int(self.rng.random() ** 1.3 * (high - low + 1))
        prices = sorted(self._price() for _ in range(count))
        if window.stage in ("awarded", "completed"):
            return self._decided(window, prices)
        result = "opened" if window.stage == "evaluating" else "sealed"
        return tuple(self._bid(window, p, "withdrawn" if self.rng.random() < 0.04 else result) for p in prices)

    def _price(self) -> int:
        """Permille of the ceiling: most lie a few percent below it, few at it."""
        price = round(self.rng.gauss(920, 52))
        return 1000 - self.rng.randint(0, 45) if price > 1000 else max(730, price)

    def _bid(self, window: BidWindow, price: int, result: str, reason: str = "") -> SeedBid:
        # more bids come in the last hours than in the first
        span = (window.last - window.first).total_seconds()
        early = int(span * self.rng.random() ** 2)
        share = self.rng.choice((25, 30, 40, 50, 60, 75, 100, 100)) if window.splittable else 100
        moment = window.last - timedelta(seconds=early)
        return SeedBid(price, share, moment, result, note=self.rng.choice(NOTES), reason=reason)

    def _failed(self, window: BidWindow) -> tuple[SeedBid, ...]:
        """No bid at all, or one to three that are too dear or lack their papers."""
        if self.rng.random() < 0.55:
            return ()
        if self.rng.random() < 0.5:
            prices = sorted(self.rng.randint(1020, 1220) for _ in range(self.rng.randint(1, 3)))
            return tuple(self._bid(window, price, "disqualified", FAILED_HIGH) for price in prices)
        prices = sorted(self._price() for _ in range(self.rng.randint(1, 3)))
        return tuple(self._bid(window, price, "disqualified", self.rng.choice(DISQUALIFIED)) for price in prices)

    def _decided(self, window: BidWindow, prices: list[int]) -> tuple[SeedBid, ...]:
        """The cheapest usually win; where the lot may be split, two to four share it more often than not."""
        rng = self.rng
        most = min(4, len(prices))
        winners = rng.randint(2, most) if window.splittable and most >= 2 and rng.random() < 0.6 else 1
        shares = self._shares(winners)
        start = 1 if len(prices) > winners and rng.random() < 0.15 else 0
        bids = []
        for place, price in enumerate(prices):
            if start <= place < start + winners:
                bids.append(self._accepted(window, price, shares[place - start]))
            elif place < start or rng.random() < 0.09:
                bids.append(self._bid(window, price, "disqualified", rng.choice(DISQUALIFIED)))
            elif rng.random() < 0.03:
                bids.append(self._bid(window, price, "withdrawn"))
            else:
                bids.append(self._bid(window, price, "lost", LOST))
        return tuple(bids)

    def _accepted(self, window: BidWindow, price: int, awarded: int) -> SeedBid:
        """A bid that got `awarded` percent; two in five after a negotiation."""
        bid = self._bid(window, price, "accepted")
        offered = min(100, awarded + self.rng.choice((0, 0, 10, 20))) if window.splittable else 100
        rebate = self.rng.randint(8, 60) if self.rng.random() < 0.4 else 0
        return replace(bid, share_percent=offered, awarded_percent=awarded, rebate_permille=rebate)

    def _shares(self, winners: int) -> list[int]:
        """Percent of the quantity per winner, in fives, together 100, the first the largest."""
        if winners == 1:
            return [100]
        cuts = sorted(self.rng.sample(range(1, 20), winners - 1))
        edges = [0, *cuts, 20]
        return sorted(((b - a) * 5 for a, b in pairwise(edges)), reverse=True)

    def reason(self, stage: str, bids: tuple[SeedBid, ...]) -> str:
        """Why a tender failed or was called off; empty for the others."""
        if stage == "cancelled":
            return self.rng.choice(CANCELLED)
        if stage != "failed":
            return ""
        if not bids:
            return FAILED_EMPTY
        return FAILED_HIGH if bids[0].reason == FAILED_HIGH else FAILED_PAPERS

    def contract(self, stage: str, payment_days: int) -> SeedContract:
        """How delivery and payment went. Buyers that promise to pay late are also late more often."""
        rng = self.rng
        on_time = min(100, max(62, round(rng.gauss(94, 6))))
        accepted = 100 if rng.random() < 0.55 else rng.randint(94, 99)
        late = 0
        if rng.random() < 0.15 + payment_days / 120:
            late = 1 + int(rng.expovariate(1 / (4 + payment_days / 5)))
        if stage != "completed":
            return SeedContract(on_time, accepted, min(late, 75), None, None, "")
        rating = 5 if on_time >= 96 else 4 if on_time >= 89 else 3 if on_time >= 80 else 2
        if rng.random() < 0.2:
            rating = max(2, rating - 1)
        of_buyer = 5 if late == 0 else 4 if late < 8 else 3 if late < 25 else 2
        comment = rng.choice(COMMENTS[rating]) if rng.random() < 0.7 else ""
        return SeedContract(on_time, accepted, min(late, 75), rating, of_buyer, comment)
