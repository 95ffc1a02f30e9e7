"""What is found out about mappings before the first record: errors, and what is worth a line in the log."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

_LIKENESS: Final = 0.7
_MOST_NAMES: Final = 8


class Severity(Enum):
    """How much a finding matters. Only an error keeps a sync from starting."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True)
class Finding:
    """One sentence or two. They may quote the configuration and the catalog, and know no record."""

    severity: Severity
    text: str


def error(text: str) -> Finding:
    """Return what keeps a sync from starting."""
    return Finding(Severity.ERROR, text)


def warning(text: str) -> Finding:
    """Return what is probably a mistake."""
    return Finding(Severity.WARNING, text)


def notice(text: str) -> Finding:
    """Return what the user may not expect."""
    return Finding(Severity.NOTICE, text)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that was probably meant, whatever its case, or None."""
    by_lower = {other.lower(): other for other in known}
    found = difflib.get_close_matches(name.lower(), by_lower, n=1, cutoff=_LIKENESS)
    return by_lower[found[0]] if found else None


def did_you_mean(name: str | None) -> str:
    """Return the question, to be put after a sentence, or nothing where there is no name to offer."""
    return f" Did you mean `{name}`?" if name else ""


def listed(names: Iterable[str]) -> str:
    """Return names for a sentence, the first of them where they are many."""
    quoted = [f"`{name}`" for name in names]
    shown, rest = quoted[:_MOST_NAMES], len(quoted) - _MOST_NAMES
    return f"{', '.join(shown)} and {rest} more" if rest > 0 else ", ".join(shown)
