"""Reference data with its sources, and the demo city: plain data, no database."""
