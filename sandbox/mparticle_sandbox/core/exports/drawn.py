"""Values that look random and follow from what they are drawn for: the same parts, the same value."""

from hashlib import blake2b
from uuid import UUID

_INT64_BYTES = 8
_GUID_BYTES = 16
_INT64S = float(2 ** (8 * _INT64_BYTES))


def int64(*parts: object) -> int:
    """Return a signed 64-bit integer, as mParticle's ids are."""
    return int.from_bytes(_digest(parts, _INT64_BYTES), "big", signed=True)


def guid(*parts: object) -> str:
    """Return a GUID."""
    return str(UUID(bytes=_digest(parts, _GUID_BYTES), version=4))


def is_among(share: float, *parts: object) -> bool:
    """Say whether this one is among a share of all; of 0 none is, of 1 every one."""
    return int.from_bytes(_digest(parts, _INT64_BYTES), "big") < share * _INT64S


def below(most: int, *parts: object) -> int:
    """Return a whole number from 0 to below `most`."""
    return int.from_bytes(_digest(parts, _INT64_BYTES), "big") % most


def _digest(parts: tuple[object, ...], size: int) -> bytes:
    # The repr of a text ends where the text ends, so ("a", "b") and ("ab",) differ.
    return blake2b(repr(parts).encode(errors="backslashreplace"), digest_size=size).digest()
