"""Sealed bids: a key pair per tender, its private half split over three holders, any two of whom open it.

How it works. `create` draws a key pair when a tender is published. Bids are encrypted to the public half (libsodium's
sealed box: X25519, XSalsa20, Poly1305), all padded to one length. The private half is cut into two halves of 16 bytes,
each shared 2 of 3 by Shamir's scheme; a holder's pair of shares is encrypted with that holder's own key file and stored
in `key_shares`. The private key itself is never stored, and exists in memory only while `create`, `retest` and
`open_all` run. `create` proves the stored shares on a test bid, with each of the three pairs of holders, before anyone
relies on them; `retest` proves them again the day before the deadline.

What it stops: reading a price from the database, its backups or a stolen copy of them, with any one key file besides;
copying another's ciphertext into one's own bid (the payload names its bid); changing a stored bid unnoticed (the
fingerprint stands in the journal and on the bidder's signed receipt); losing the bids because one key file is lost.

What it cannot stop: an administrator who patches the server before bids arrive and reads them as they are typed, and
whoever holds two key files together with the database before the deadline. While one server holds all three files, its
administrator is such a person: the files belong on machines of the three holders. See docs/sealing.md.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from Crypto.Protocol.SecretSharing import Shamir
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from sqlalchemy import select

from marketplace.models import db
from marketplace.models.bids import Bid
from marketplace.models.tenders import KeyShare, Tender
from marketplace.rules.bids import BidState
from marketplace.rules.notices import NoticeKind
from marketplace.rules.policy import SYSTEM, Actor, Role, require
from marketplace.rules.refusals import Refusal, WrongState
from marketplace.rules.tenders import DRAIN
from marketplace.rules.words import N_
from marketplace.services import journal, keyring, notices
from marketplace.services.notices import News

PAYLOAD_BYTES = 8192
"""Every payload is padded to this many bytes, so that its length tells nothing of what is inside."""

NEEDED = 2
"""Holders needed to open."""

_HALF = 16
_PROBE = b"a test bid: never a price"


class SealBroken(Refusal):
    """The tender's key cannot be made, found or put together again."""


@dataclass(frozen=True)
class Opened:
    """What the opening found in one sealed bid: its payload, or None and the problem as an Indonesian message id."""

    bid: Bid
    payload: dict[str, Any] | None
    problem: str = ""


def create(tender: Tender, at: datetime) -> None:
    """Give `tender` (already flushed) its key pair and shares, and prove them on a test bid; sets `key_tested_at`.

    A tender that has a key keeps it. Raises SealBroken when the proof fails; nothing may be published then.
    """
    if tender.public_key is not None:
        return
    private = PrivateKey.generate()
    tender.public_key = bytes(private.public_key)
    ring = keyring.current()
    for holder, share in zip(keyring.HOLDERS, _split(bytes(private)), strict=True):
        sealed = bytes(ring.box(f"share-{holder}").encrypt(share))
        db.session.add(KeyShare(tender_id=tender.id, holder=holder, sealed=sealed))
    db.session.flush()
    retest(tender, at)


def retest(tender: Tender, at: datetime) -> None:
    """Seal a test bid and open it with each pair of holders from what is stored; sets `key_tested_at`.

    Raises SealBroken when any pair fails.
    """
    shares = _stored_shares(tender)
    if len(shares) < len(keyring.HOLDERS):
        raise _broken()
    probe = SealedBox(_public(tender)).encrypt(_PROBE)
    for pair in itertools.combinations(shares, NEEDED):
        try:
            opened = SealedBox(_join(pair)).decrypt(probe)
        except (CryptoError, ValueError) as error:
            raise _broken() from error
        if opened != _PROBE:
            raise _broken()
    tender.key_tested_at = at


def prove_again(tender: Tender, at: datetime) -> bool:
    """Retest a key in its last day; when it fails, say so to the buyer, the city's administrators and auditors, once.

    Returns whether the key still opens.
    """
    try:
        retest(tender, at)
    except SealBroken:
        journal.record("tender.key_broken", tender, SYSTEM, at)
        news = News(
            NoticeKind.TENDER,
            N_("Kunci segel %(code)s gagal diuji"),
            N_("Penawaran yang masuk mungkin tidak bisa dibuka. Periksa berkas kunci sebelum batas waktu."),
            f"/kebutuhan/{tender.code}/pembukaan",
            {"code": tender.code},
        )
        notices.tell_buyer(tender.buyer_id, (Role.OFFICER, Role.APPROVER), news, at)
        notices.tell_city((Role.ADMIN, Role.AUDITOR), news, at)
        return False
    return True


def seal(tender: Tender, payload: Mapping[str, object]) -> bytes:
    """`payload` as JSON, padded to PAYLOAD_BYTES and encrypted to the tender's public key.

    Raises SealBroken when the tender has no proven key, ValueError when the payload is too long.
    """
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    if len(text) > PAYLOAD_BYTES:
        raise ValueError(f"a payload of {len(text)} bytes does not fit into {PAYLOAD_BYTES}")
    return seal_bytes(tender, text.ljust(PAYLOAD_BYTES))


def seal_bytes(tender: Tender, content: bytes) -> bytes:
    """`content` (a bid's document, say) encrypted to the tender's public key, length unhidden. Raises SealBroken."""
    if tender.key_tested_at is None:
        raise _broken()
    return bytes(SealedBox(_public(tender)).encrypt(content))


def fingerprint(sealed: bytes) -> str:
    """SHA-256 (hex) of a sealed bid: what stands on the receipt, in the journal and in the minutes."""
    return hashlib.sha256(sealed).hexdigest()


def open_all(tender: Tender, actor: Actor, at: datetime) -> list[Opened]:
    """Open every sealed bid of `tender` and its documents; marks the shares as released.

    A bid that cannot be read comes back with its problem and does not block the others. Raises Forbidden, WrongState
    before the deadline plus DRAIN, and SealBroken when fewer than two holders' shares fit.
    """
    require(actor, "tender.open", tender)
    if tender.closes_at is None or at < tender.closes_at + DRAIN:
        raise WrongState("too_early", N_("Belum bisa dibuka: batas waktu penawaran belum lewat."))
    bids = db.session.scalars(
        select(Bid)
        .where(Bid.tender_id == tender.id, Bid.state == BidState.SEALED)
        .order_by(Bid.submitted_at, Bid.id)
        .execution_options(populate_existing=True)
    ).all()
    if not bids:
        return []
    box = SealedBox(_released_key(tender, at))
    opened = [_open_one(box, tender, bid) for bid in bids]
    _open_documents(box, (one.bid for one in opened if one.payload is not None))
    return opened


def _open_one(box: SealedBox[PrivateKey], tender: Tender, bid: Bid) -> Opened:
    sealed = bid.sealed or b""
    if fingerprint(sealed) != bid.fingerprint:
        return Opened(bid, None, N_("Isi tersegel tidak cocok dengan sidik jari pada tanda terima."))
    try:
        payload = json.loads(box.decrypt(sealed))
    except (CryptoError, ValueError):
        return Opened(bid, None, N_("Segel tidak bisa dibuka dengan kunci kebutuhan ini."))
    if not isinstance(payload, dict) or (payload.get("bid"), payload.get("tender")) != (bid.code, tender.code):
        return Opened(bid, None, N_("Segel ini bukan milik penawaran ini."))
    return Opened(bid, payload)


def _open_documents(box: SealedBox[PrivateKey], bids: Iterable[Bid]) -> None:
    """Decrypt the documents of opened bids in place; one that does not open stays sealed and cannot be fetched."""
    for bid in bids:
        for attached in bid.documents:
            document = attached.document
            if not document.sealed:
                continue
            try:
                document.content = box.decrypt(document.content)
            except CryptoError:
                continue
            document.sealed = False


def _released_key(tender: Tender, at: datetime) -> PrivateKey:
    """The private key from the first two holders whose shares fit; their release is noted."""
    shares = _stored_shares(tender)
    for pair in itertools.combinations(shares, NEEDED):
        try:
            private = _join(pair)
        except ValueError:
            continue
        if bytes(private.public_key) == tender.public_key:
            for row, _ in pair:
                row.released_at = at
            return private
    raise _broken()


_Share = tuple[KeyShare, bytes]


def _stored_shares(tender: Tender) -> list[_Share]:
    """The tender's shares that their holders' keys can read, in the order of HOLDERS."""
    ring = keyring.current()
    rows = {row.holder: row for row in db.session.scalars(select(KeyShare).where(KeyShare.tender_id == tender.id))}
    readable: list[_Share] = []
    for holder in keyring.HOLDERS:
        if holder not in rows:
            continue
        try:
            readable.append((rows[holder], ring.box(f"share-{holder}").decrypt(rows[holder].sealed)))
        except CryptoError:
            continue
    return readable


def _split(secret: bytes) -> list[bytes]:
    """A 32-byte secret as one share per holder: index, share of the first half, share of the second."""
    halves = [Shamir.split(NEEDED, len(keyring.HOLDERS), secret[i : i + _HALF]) for i in (0, _HALF)]
    return [bytes([i]) + first + second for (i, first), (_, second) in zip(*halves, strict=True)]


def _join(pair: Iterable[_Share]) -> PrivateKey:
    """The private key of two shares. Raises ValueError when they are malformed; a wrong pair gives a wrong key."""
    parts = [share for _, share in pair]
    halves = (slice(1, 1 + _HALF), slice(1 + _HALF, 1 + 2 * _HALF))
    return PrivateKey(b"".join(Shamir.combine([(part[0], part[half]) for part in parts]) for half in halves))


def _public(tender: Tender) -> PublicKey:
    if tender.public_key is None:
        raise _broken()
    return PublicKey(tender.public_key)


def _broken() -> SealBroken:
    return SealBroken(
        "seal_broken", N_("Kunci segel kebutuhan ini gagal diuji. Hubungi administrator; tidak ada data yang hilang.")
    )
