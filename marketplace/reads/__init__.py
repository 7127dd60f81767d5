"""Questions: lists, one thing in full, dashboards, figures. Never writes. Private questions start from the actor."""
