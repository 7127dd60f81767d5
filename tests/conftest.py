"""The application's fixtures for all tests, where there is an application: matching is tested without Flask."""

from importlib.util import find_spec

pytest_plugins = ["tests.ground"] if find_spec("flask") else []
