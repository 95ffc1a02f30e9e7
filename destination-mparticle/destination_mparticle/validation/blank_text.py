"""Text that looks empty: spaces of every kind, and characters without width."""

import unicodedata
from typing import Final

_BLANKS: Final = (
    "\u2800\u3164\ufeff\uffa0"
    + "".join(map(chr, range(0xFE00, 0xFE10)))
    + "".join(
        chr(code)
        for code in range(0x3001)
        if chr(code).isspace() or unicodedata.category(chr(code)) in {"Cc", "Cf"} or code in {0x034F, 0x115F, 0x1160}
    )
)


# Most texts begin and end with a visible character of ASCII, which is faster to see than to look up among the blanks.


def strip_blanks(text: str) -> str:
    """Return text without what looks empty at its beginning and end."""
    return text if "!" <= text[:1] <= "~" and "!" <= text[-1:] <= "~" else text.strip(_BLANKS)


def is_blank(value: object) -> bool:
    """Whether a value is text that has nothing to see in it."""
    return isinstance(value, str) and not "!" <= value[:1] <= "~" and not value.strip(_BLANKS)
