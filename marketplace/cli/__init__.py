"""Commands. Every module here that has a click `command` is attached to `flask --app wsgi`."""

from __future__ import annotations

import importlib
import pkgutil

import click
from flask import Flask


def register(app: Flask) -> None:
    """Attach every command."""
    for module in sorted(m.name for m in pkgutil.iter_modules(__path__)):
        command = getattr(importlib.import_module(f"{__name__}.{module}"), "command", None)
        if isinstance(command, click.Command):
            app.cli.add_command(command)
