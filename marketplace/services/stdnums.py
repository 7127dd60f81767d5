"""What python-stdnum says of a number, where only one of its complaints is ours to follow."""

from __future__ import annotations

from types import ModuleType

from stdnum.exceptions import ValidationError


def stands(library: ModuleType, digits: str, wrong: type[ValidationError]) -> bool:
    """Whether `library`, a module of stdnum, finds nothing of the kind `wrong` in `digits`. What else it finds is ours
    to judge, such as the birth date in a NIK."""
    try:
        library.validate(digits)
    except wrong:
        return False
    except ValidationError:
        pass
    return True
