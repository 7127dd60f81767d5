"""Makers of rows for tests, one module per subject. They add to the session and flush; they never commit."""
