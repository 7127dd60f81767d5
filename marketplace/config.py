"""Settings from the environment, checked once at start."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Misconfigured(RuntimeError):
    """The environment lacks something without which it is not safe to start."""


@dataclass(frozen=True)
class Settings:
    """What the operator decides. See README.md, "Configuration"."""

    database_url: str
    secret_key: str
    demo: bool = False
    testing: bool = False
    instance: Path = field(default=ROOT / "instance")
    keys_dir: Path = field(default=ROOT / "instance" / "keys")
    redis_url: str = ""
    mail_url: str = "console:"
    mail_from: str = "rantai-lokal@localhost"
    base_url: str = "http://127.0.0.1:8000"
    trust_proxy: bool = False
    secure_cookies: bool = False
    city: str = "36.72"

    @staticmethod
    def from_env(environ: Mapping[str, str] | None = None) -> Settings:
        """Read the environment. Raises Misconfigured when no SECRET_KEY is given outside demo mode."""
        env = os.environ if environ is None else environ
        demo = env.get("DEMO", "") not in {"", "0"}
        instance = Path(env.get("INSTANCE_DIR") or ROOT / "instance").resolve()
        instance.mkdir(parents=True, exist_ok=True)
        secret = env.get("SECRET_KEY", "")
        if not secret and not demo:
            raise Misconfigured("SECRET_KEY is not set. Set it to a long random text, or set DEMO=1 to try the demo.")
        if secret and not demo and len(secret) < 16:
            raise Misconfigured("SECRET_KEY is too short: use at least 16 characters.")
        port = env.get("PORT", "8000")
        return Settings(
            database_url=database_url(env.get("DATABASE_URL", ""), instance),
            secret_key=secret or _kept_secret(instance / "secret"),
            demo=demo,
            instance=instance,
            keys_dir=Path(env.get("KEYS_DIR") or instance / "keys"),
            redis_url=env.get("REDIS_URL", ""),
            mail_url=env.get("MAIL_URL", "") or (f"file:{instance / 'mail'}" if demo else "console:"),
            mail_from=env.get("MAIL_FROM", "rantai-lokal@localhost"),
            base_url=env.get("BASE_URL", "") or f"http://127.0.0.1:{port}",
            trust_proxy=env.get("TRUST_PROXY", "") not in {"", "0"},
            secure_cookies=env.get("BASE_URL", "").startswith("https://"),
        )


def database_url(url: str, instance: Path) -> str:
    """The SQLAlchemy address of DATABASE_URL: SQLite in `instance` when empty; PostgreSQL through psycopg 3.

    Raises Misconfigured for any other database.
    """
    if not url:
        return f"sqlite:///{instance / 'rantai.db'}"
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    if url.startswith(("sqlite:///", "postgresql+psycopg://")):
        return url
    raise Misconfigured("DATABASE_URL must begin with sqlite:/// or postgresql://")


def _kept_secret(path: Path) -> str:
    """A secret made on the first demo run and kept beside the demo's database."""
    if not path.exists():
        path.write_text(secrets.token_urlsafe(48))
        path.chmod(0o600)
    return path.read_text().strip()
