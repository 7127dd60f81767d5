"""Personal data under UU PDP 27/2022: what is held and why, how long, what a person may ask, and what a breach demands.

Times are laws: an answer to a request and the notice of a breach are due within 3 x 24 hours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.rules.lives import Life, Step
from marketplace.rules.refusals import Invalid, WrongState
from marketplace.rules.words import N_, Word

ANSWER_WITHIN = timedelta(hours=72)
"""A request about one's data is answered, and a breach is told, within 3 x 24 hours."""
GONE = "(dihapus)"
"""What stands in the place of an erased name."""
FORESEEN = 4000
"""Characters of what somebody may write to us here."""


class RequestKind(Word):
    """What a person may ask. Seeing and taking a copy need no request: both are always open."""

    CORRECT = "correct", N_("Betulkan data saya")
    ERASE = "erase", N_("Hapus data saya")
    WITHDRAW = "withdraw", N_("Tarik persetujuan")
    REVIEW = "review", N_("Minta peringkat saya diperiksa orang")


class RequestState(Word):
    """Where a request stands."""

    MADE = "made", N_("Menunggu jawaban"), "warning"
    GRANTED = "granted", N_("Dipenuhi"), "good"
    REFUSED = "refused", N_("Ditolak"), "bad"


REQUEST_LIFE = Life(
    "data_request",
    RequestState.MADE,
    (
        Step("grant", (RequestState.MADE,), RequestState.GRANTED, "privacy.answer", N_("Penuhi"), "good", "decided_at"),
        Step("refuse", (RequestState.MADE,), RequestState.REFUSED, "privacy.answer", N_("Tolak"), "bad", "decided_at"),
    ),
)


class BreachState(Word):
    """Where the record of a leak stands."""

    NOTED = "noted", N_("Belum diberitahukan"), "bad"
    NOTIFIED = "notified", N_("Sudah diberitahukan"), "warning"
    CLOSED = "closed", N_("Selesai ditangani"), "good"


BREACH_LIFE = Life(
    "breach",
    BreachState.NOTED,
    (
        Step(
            "notify",
            (BreachState.NOTED,),
            BreachState.NOTIFIED,
            "privacy.breach",
            N_("Beri tahu yang terdampak"),
            "warning",
            "notified_at",
        ),
        Step(
            "close",
            (BreachState.NOTIFIED,),
            BreachState.CLOSED,
            "privacy.breach",
            N_("Nyatakan selesai"),
            "good",
            "closed_at",
        ),
    ),
)


def due(since: datetime) -> datetime:
    """Until when a request made, or a breach noticed, at `since` must be answered or told."""
    return since + ANSWER_WITHIN


@dataclass(frozen=True)
class Purpose:
    """One row of the register of processing: what for, which data, on which lawful basis (article 20), how long."""

    name: str
    data: str
    basis: str
    kept: str


PURPOSES: tuple[Purpose, ...] = (
    Purpose(
        N_("Registri UMKM kota"),
        N_("Nama pemilik, NIK, NPWP, tanggal lahir, jenis kelamin, nomor HP, alamat usaha"),
        N_("Tugas pemerintah: pendataan UMKM, PP 7/2021"),
        N_("Selama usaha terdaftar"),
    ),
    Purpose(
        N_("Akun dan masuk"),
        N_("Nama, e-mail, nomor HP, sandi (hanya sidiknya), perangkat"),
        N_("Perjanjian dengan pemilik akun"),
        N_("Selama akun ada; sesi yang berakhir 1 tahun"),
    ),
    Purpose(
        N_("Mengurutkan pemasok yang cocok"),
        N_("Usaha, sertifikat, kapasitas, tempat usaha, riwayat pengiriman; bukan NIK, gender, atau agama"),
        N_("Perjanjian; pemilik boleh minta diperiksa orang"),
        N_("Dihitung ulang setiap kali; yang tampil saat diumumkan disimpan untuk audit"),
    ),
    Purpose(
        N_("Kontrak, tagihan, dan jejak audit"),
        N_("Nama pihak, NPWP, nilai, jadwal, siapa berbuat apa dan kapan"),
        N_("Kewajiban hukum: dokumen perusahaan, UU 8/1997"),
        N_("10 tahun"),
    ),
)

DAY = timedelta(days=1)
RETENTION: dict[str, tuple[str, timedelta]] = {
    "reset": (N_("Tautan atur ulang sandi yang sudah lewat"), 30 * DAY),
    "session": (N_("Sesi masuk yang sudah berakhir"), 365 * DAY),
    "invitation": (N_("Undangan akun yang tidak diterima"), 180 * DAY),
    "mail": (N_("Surat yang sudah terkirim"), 90 * DAY),
    "notice": (N_("Pemberitahuan yang sudah dibaca"), 730 * DAY),
    "dispute_file": (N_("Berkas bukti pada sengketa yang sudah diputuskan"), 365 * DAY),
    "dispute": (N_("Keterangan pada sengketa yang sudah diputuskan"), 365 * DAY),
    "registration": (N_("Data pada permintaan pendaftaran yang sudah dijawab"), 365 * DAY),
    "phone_code": (N_("Kode ke nomor HP"), 30 * DAY),
    "claim": (N_("Bukti pada klaim yang ditolak"), 365 * DAY),
}
"""What is deleted by itself, and how long after it was last of use. Terms are the city's own: the law names none."""


class Obligation(Word):
    """Why a business cannot be erased yet."""

    CONTRACT = "contract", N_("kontrak yang belum selesai")
    BID = "bid", N_("penawaran yang masih berjalan")
    INVOICE = "invoice", N_("tagihan yang belum dibayar")


def check_erasable(obligations: Sequence[Obligation]) -> None:
    """Raise WrongState while somebody still relies on the person: contracts are fulfilled first."""
    if obligations:
        raise WrongState(
            "obligations",
            N_("Belum bisa dihapus: masih ada %(what)s. Selesaikan dahulu, atau tolak dengan alasan ini."),
            what=obligations[0].label,
        )


def wording(text: str, field: str, needed: bool = True) -> str:
    """What somebody wrote, tidied. Raises Invalid(field) when it is needed and shorter than a sentence, or too long."""
    words = text.strip()
    if needed and len(words) < 10:
        raise Invalid(field, "text_short", N_("Tulis dengan satu kalimat."))
    if len(words) > FORESEEN:
        raise Invalid(field, "text_long", N_("Terlalu panjang; paling banyak %(most)s huruf."), most=FORESEEN)
    return words
