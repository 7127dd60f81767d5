"""Rate limits shared by all workers: Redis where REDIS_URL says so, else a small table in the database.

A hit is counted in a transaction of its own, before the request's begins, so that a refused request still counts.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import redis
from sqlalchemy import Engine, delete

from marketplace.models.base import insert_into, writing
from marketplace.models.sessions import RateWindow
from marketplace.rules.refusals import TooMany
from marketplace.rules.words import N_


class Store(Protocol):
    """Counts hits of a key within a window."""

    def hit(self, key: str, window: int, seconds: int) -> int:
        """Count one more and return the sum."""
        ...


class TableStore:
    """Counts in the table rate_windows of the database behind `engine`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def hit(self, key: str, window: int, seconds: int) -> int:
        """Count one more; old windows of the key are dropped on the way."""
        query = (
            insert_into(RateWindow, self.engine)
            .values(key=key, window=window, hits=1)
            .on_conflict_do_update(index_elements=["key", "window"], set_={"hits": RateWindow.hits + 1})
            .returning(RateWindow.hits)
        )
        with writing(), self.engine.begin() as connection:
            connection.execute(delete(RateWindow).where(RateWindow.key == key, RateWindow.window < window))
            return int(connection.execute(query).scalar_one())


class RedisStore:
    """Counts in Redis; windows expire by themselves."""

    def __init__(self, url: str) -> None:
        self.client = redis.Redis.from_url(url)

    def hit(self, key: str, window: int, seconds: int) -> int:
        """Count one more."""
        name = f"rate:{key}:{window}"
        with self.client.pipeline() as pipe:
            pipe.incr(name)
            pipe.expire(name, seconds)
            hits, _ = pipe.execute()
        return int(hits)


def check(store: Store, key: str, limit: int, seconds: int, at: datetime) -> None:
    """Count a hit of `key`; raise TooMany when more than `limit` fall into one window of `seconds`."""
    window = int(at.timestamp()) // seconds
    if store.hit(key[:120], window, seconds) > limit:
        wait = (window + 1) * seconds - int(at.timestamp())
        if wait < 120:
            raise TooMany("too_many", N_("Terlalu banyak percobaan. Coba lagi dalam %(seconds)s detik."), seconds=wait)
        message = N_("Terlalu banyak percobaan. Coba lagi dalam %(minutes)s menit.")
        raise TooMany("too_many", message, minutes=-(-wait // 60), seconds=wait)
