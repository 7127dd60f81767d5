"""Record linkage: which rows of two registries, or of one, describe the same business, and why.

Needs no labels and no model file: everything is estimated from the lists themselves. See README.md, "Linkage".
"""

from __future__ import annotations

from .explaining import Link, Links, Part
from .learning import Answer, Lesson, learn
from .linking import DEFAULT, Settings, link
from .lists import FIELDS, BusinessList, prepare
from .model import Model

__all__ = [
    "DEFAULT",
    "FIELDS",
    "Answer",
    "BusinessList",
    "Lesson",
    "Link",
    "Links",
    "Model",
    "Part",
    "Settings",
    "learn",
    "link",
    "prepare",
]
