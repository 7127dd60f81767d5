"""Entry point: `gunicorn wsgi:app` and `flask --app wsgi`."""

import sys

from marketplace import create_app
from marketplace.config import Misconfigured

try:
    app = create_app()
except Misconfigured as error:
    sys.stderr.write(f"Rantai Lokal cannot start: {error}\n")
    sys.exit(78)
