"""Kinds of notices: every event that needs somebody has one word for it."""

from __future__ import annotations

from marketplace.rules.words import N_, Word


class NoticeKind(Word):
    """What a notice is about."""

    ACCOUNT = "account", N_("Akun")
    INVITED = "invited", N_("Undangan menawar"), "info"
    QUESTION = "question", N_("Pertanyaan"), "info"
    TENDER = "tender", N_("Kebutuhan"), "info"
    BID = "bid", N_("Penawaran"), "info"
    NEGOTIATION = "negotiation", N_("Negosiasi"), "warning"
    AWARD = "award", N_("Pemenang"), "good"
    CONTRACT = "contract", N_("Kontrak"), "info"
    DELIVERY = "delivery", N_("Pengiriman"), "info"
    INVOICE = "invoice", N_("Tagihan"), "info"
    CERTIFICATE = "certificate", N_("Sertifikat"), "info"
    CLAIM = "claim", N_("Klaim usaha"), "info"
    TRAINING = "training", N_("Pelatihan"), "info"
