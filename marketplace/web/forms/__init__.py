"""Forms: what was typed, checked, and shown again with clear errors."""
