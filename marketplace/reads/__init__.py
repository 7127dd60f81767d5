"""Questions: lists, one thing in full, dashboards, figures. Never writes. Every private question starts from the actor."""
