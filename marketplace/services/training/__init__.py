"""Training: from money to certificate."""
