"""An import of the registry: its life, how each row ended, and how much a file may hold."""

from __future__ import annotations

from marketplace.rules.lives import Life, Step
from marketplace.rules.words import N_, Word


class ImportState(Word):
    """Where an import stands."""

    UPLOADED = "uploaded", N_("Perlu dicocokkan kolomnya"), "warning"
    WAITING = "waiting", N_("Menunggu giliran"), "info"
    RUNNING = "running", N_("Sedang dibaca"), "info"
    DONE = "done", N_("Selesai"), "good"
    FAILED = "failed", N_("Tidak bisa dibaca"), "bad"
    CANCELLED = "cancelled", N_("Dibatalkan"), "neutral"


class Outcome(Word):
    """How one row of a file ended. Beside it a row may carry warnings."""

    NEW = "new", N_("Usaha baru"), "good"
    CHANGED = "changed", N_("Diperbarui"), "info"
    UNCHANGED = "unchanged", N_("Tidak berubah"), "neutral"
    REJECTED = "rejected", N_("Ditolak"), "bad"


S = ImportState
OPEN_STATES = frozenset({S.UPLOADED, S.WAITING, S.RUNNING})
"""States of an import that has not ended."""

IMPORT_LIFE = Life(
    "registry_import",
    S.UPLOADED,
    (
        Step("confirm", (S.UPLOADED,), S.WAITING, "registry.import", N_("Mulai impor"), "info", "confirmed_at"),
        Step("start", (S.WAITING, S.RUNNING), S.RUNNING, "registry.run", N_("Dibaca"), "info", "started_at"),
        Step("finish", (S.RUNNING,), S.DONE, "registry.run", N_("Selesai"), "good", "ended_at"),
        Step("fail", (S.RUNNING,), S.FAILED, "registry.run", N_("Gagal"), "bad", "ended_at"),
        Step(
            "cancel",
            (S.UPLOADED, S.WAITING, S.RUNNING),
            S.CANCELLED,
            "registry.import",
            N_("Batalkan"),
            "neutral",
            "ended_at",
        ),
    ),
)

LARGEST_FILE = 48 * 1024 * 1024
"""Bytes a registry file may have."""
MOST_ROWS = 100_000
"""Rows of data in one file."""
MOST_COLUMNS = 200
LONGEST_CELL = 2_000
"""Letters of a cell that are read; a row with a longer one is rejected."""
HEAD_ROWS = 200
"""Rows kept at hand for finding the header and proposing what each column is."""
PREVIEWED = 20
"""Rows that are shown as they will be read, before anything is written."""
PATIENCE = 45
"""Seconds without a sign of life after which a running import is taken over by another worker."""

REFUSED_FILES: dict[str, str] = {
    "file_empty": N_("Berkasnya kosong. Pilih berkas lain."),
    "file_large": N_("Berkas lebih dari %(limit)s MB. Bagi menjadi beberapa berkas."),
    "file_kind": N_("Berkas ini bukan CSV, XLSX, atau ODS. Di Excel: Simpan Sebagai, lalu pilih .xlsx."),
    "file_text": N_(
        "Nama berkas ini berakhiran %(ending)s, tetapi isinya teks (CSV). "
        "Ganti nama akhirannya menjadi .csv, atau buka di Excel dan simpan sebagai .xlsx, lalu unggah lagi."
    ),
    "file_old": N_("Ini format Excel lama (.xls). Buka di Excel, lalu Simpan Sebagai .xlsx."),
    "file_password": N_("Berkas ini dikunci kata sandi. Buka di Excel, hapus kata sandinya, simpan, lalu unggah lagi."),
    "file_macro": N_(
        "Berkas ini berisi makro, dan makro tidak dijalankan. Simpan sebagai .xlsx biasa, lalu unggah lagi."
    ),
    "file_broken": N_("Berkas ini terpotong atau rusak. Buka dan simpan ulang di Excel, lalu unggah lagi."),
    "file_bomb": N_("Isi berkas ini mengembang jauh di luar wajar, jadi tidak dibuka."),
    "file_memory": N_("Berkas ini terlalu besar untuk dibaca. Hapus lembar yang tidak perlu, lalu coba lagi."),
    "file_slow": N_("Berkas ini terlalu lama dibaca. Bagi menjadi beberapa berkas."),
    "file_rows": N_("Lebih dari %(limit)s baris. Bagi menjadi beberapa berkas."),
    "file_columns": N_("Ada %(count)s kolom; paling banyak %(limit)s. Hapus kolom yang tidak perlu."),
    "file_encoding": N_("Huruf di berkas ini tidak bisa dibaca. Simpan sebagai “CSV UTF-8”, lalu unggah lagi."),
    "file_no_rows": N_("Tidak ada baris data di lembar ini. Pilih lembar lain atau berkas lain."),
    "file_sheet": N_("Lembar itu tidak ada di berkas ini."),
    "job_broken": N_("Ada yang rusak di pihak kami; tidak ada data yang berubah. Coba lagi nanti."),
}
"""Why a whole file is refused, by stable code."""

NOTES: dict[str, str] = {
    "formulas": N_("Berkas ini berisi %(count)s rumus. Rumus tidak dijalankan; yang dibaca hasil terakhirnya."),
    "encoding": N_("Huruf dibaca sebagai %(name)s. Periksa nama yang memakai tanda khusus di pratinjau."),
    "replaced": N_("Ada huruf yang rusak di berkas ini; huruf itu diganti tanda �."),
    "merged": N_("Sel gabungan dibaca seolah setiap barisnya terisi."),
    "sheets": N_("Berkas ini punya beberapa lembar; yang dibaca: %(name)s."),
}
"""What the reader noticed and the clerk should know, by stable code."""
