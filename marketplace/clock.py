"""The one place that reads the clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def arrived(environ: Mapping[str, object], trust_proxy: bool) -> datetime:
    """When a request arrived: the front proxy's X-Request-Start ("t=<seconds or ms since epoch>") where it is trusted.

    A bid sent in time may wait in the queue until after the deadline; only the proxy knows when it came. A stamp from
    the future or older than a minute is not believed.
    """
    present = now()
    stamp = environ.get("HTTP_X_REQUEST_START")
    if not trust_proxy or not isinstance(stamp, str):
        return present
    try:
        seconds = float(stamp.removeprefix("t="))
        seconds = seconds / 1000 if seconds > 1e11 else seconds
        came = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return present
    return came if 0 <= (present - came).total_seconds() <= 60 else present
