"""The laws of the market: pure functions and tables, standard library only, no clock, no database."""
