"""Rantai Lokal: the marketplace where Cilegon's factories buy from certified local small businesses."""

from marketplace.app import create_app

__all__ = ["create_app"]
