"""Rate limits count for all workers together: in the database, or in Redis where there is one."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import redis
from flask import Flask

from marketplace.models import db
from marketplace.rules.refusals import TooMany
from marketplace.services.limits import RedisStore, Store, TableStore, check

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
REDIS_URL = os.environ.get("TEST_REDIS_URL", "")


@pytest.fixture
def table(app: Flask) -> Store:
    db.session.commit()
    return TableStore(db.engine)


@pytest.fixture
def server() -> Store:
    if not REDIS_URL:
        assert os.environ.get("REQUIRE") != "redis", "TEST_REDIS_URL must be set here"
        pytest.skip("TEST_REDIS_URL is not set")
    redis.Redis.from_url(REDIS_URL).flushdb()
    return RedisStore(REDIS_URL)


def use_up(store: Store) -> None:
    for _ in range(3):
        check(store, "login:ann", 3, 60, AT)
    with pytest.raises(TooMany) as refused:
        check(store, "login:ann", 3, 60, AT)
    assert 0 < refused.value.params["seconds"] <= 60
    check(store, "login:bob", 3, 60, AT)
    check(store, "login:ann", 3, 60, AT + timedelta(seconds=60))


def race(store: Store) -> None:
    def hit(_: int) -> int:
        return store.hit("race", 1, 60)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(hit, range(40))) == list(range(1, 41))


def test_the_table_refuses_the_fourth_of_three(table: Store) -> None:
    use_up(table)


def test_the_table_counts_every_hit_of_parallel_workers(table: Store) -> None:
    race(table)


@pytest.mark.redis
def test_redis_refuses_the_fourth_of_three(server: Store) -> None:
    use_up(server)


@pytest.mark.redis
def test_redis_counts_every_hit_of_parallel_workers(server: Store) -> None:
    race(server)
