"""Words for the journal's verbs that are not moves of a life."""

from __future__ import annotations

from marketplace.rules.words import N_

VERBS: dict[str, str] = {
    "account.create": N_("Akun dibuat"),
    "account.change": N_("Akun diubah"),
    "account.password": N_("Sandi diganti"),
    "account.disable": N_("Akun dinonaktifkan"),
    "account.enable": N_("Akun diaktifkan lagi"),
    "business.change": N_("Profil usaha diubah pemilik"),
    "business.correct": N_("Data usaha dibetulkan Dinkop"),
    "business.offer": N_("Barang atau jasa diubah"),
    "business.limit_days": N_("Hari libur atau kapasitas khusus dicatat"),
    "business.free_days": N_("Hari libur atau kapasitas khusus dihapus"),
    "business.withdraw_offer": N_("Barang atau jasa dihapus"),
    "buyer.create": N_("Perusahaan ditambahkan"),
    "buyer.terms": N_("Ketentuan perusahaan diubah"),
    "certificate.complete": N_("Sertifikat yang diproses sudah terbit"),
    "certificate.submit": N_("Sertifikat dikirim"),
    "claim.make": N_("Klaim usaha diajukan"),
    "contract.draft": N_("Kontrak disusun dari pemenang"),
    "invitation.make": N_("Undangan akun dikirim"),
    "invitation.accept": N_("Undangan akun diterima"),
    "invitation.withdraw": N_("Undangan akun ditarik"),
    "invoice.issue": N_("Tagihan dikirim"),
    "membership.begin": N_("Peran diberikan"),
    "membership.end": N_("Peran diakhiri"),
    "password.ask": N_("Minta atur ulang sandi"),
    "rating.give": N_("Ulasan diberikan"),
    "registry.unmask": N_("NIK atau nomor HP ditampilkan"),
    "session.begin": N_("Masuk"),
    "session.switch": N_("Pindah peran"),
    "site.add": N_("Lokasi ditambahkan"),
    "site.change": N_("Lokasi diubah"),
    "tender.answer": N_("Pertanyaan dijawab untuk semua"),
    "tender.ask": N_("Pertanyaan masuk"),
    "tender.attach": N_("Lampiran ditambah"),
    "tender.change": N_("Isi kebutuhan diubah"),
    "tender.detach": N_("Lampiran dilepas"),
    "tender.draft": N_("Draf dibuat"),
    "tender.extend": N_("Batas waktu diundur"),
    "tender.invite": N_("Pemasok diundang"),
    "tender.uninvite": N_("Undangan ditarik sebelum terkirim"),
    "token.issue": N_("Token API dibuat"),
}
"""Other verbs are shown as they are written, or by the label of their step."""
