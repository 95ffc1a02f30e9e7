"""The types of values that hold no others: text, numbers, flags, ids, words of a closed set."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Any

from mparticle_sandbox.core.events_api.schema.violation import Violation, wrong

_INT64 = range(-(2**63), 2**63)
# Signed or not: the reference has addresses of images as unsigned, the schema as any integer.
_INT64_OR_UINT64 = range(-(2**63), 2**64)
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True)
class Scalar:
    """Values for which `holds` is true, and null where `null` is. The names are those of mParticle's JSON reader.

    `words` are the values where they are a closed set.
    """

    expected: str
    type_name: str
    holds: Callable[[Any], bool]
    null: bool = True
    words: frozenset[str] = frozenset()

    def check(self, value: Any) -> Violation | None:
        """Return what is wrong with the value, or None."""
        if self.null if value is None else self.holds(value):
            return None
        return wrong(value, self.expected, self.type_name)


@dataclass(frozen=True)
class Name:
    """Text with at least one character: mParticle's word for one without is `empty`."""

    null: bool = False

    def check(self, value: Any) -> Violation | None:
        """Return what is wrong with the value, or None."""
        return Violation("missing", "") if value == "" else TEXT.check(value)


def one_of(type_name: str, words: str, *, null: bool = False) -> Scalar:
    """Return the type whose values are the given words, separated by spaces."""
    allowed = frozenset(words.split())
    return Scalar("string", type_name, lambda value: isinstance(value, str) and value in allowed, null, allowed)


def _is_guid(value: Any) -> bool:
    return isinstance(value, str) and _GUID.fullmatch(value) is not None


def _is_ip(value: Any) -> bool:
    # Python takes a zone such as %eth0 behind an address, which the schema's format does not.
    return isinstance(value, str) and "%" not in value and (_parses(IPv4Address, value) or _parses(IPv6Address, value))


def _parses(address: Callable[[str], object], text: str) -> bool:
    try:
        address(text)
    except AddressValueError:
        return False
    return True


# Any scalar: mParticle stores it as text.
ANY = Scalar("string", "System.String", lambda value: not isinstance(value, (dict, list)))
TEXT = Scalar("string", "System.String", lambda value: isinstance(value, str), null=False)
NAME = Name()
INT64 = Scalar("integer", "System.Int64", lambda value: type(value) is int and value in _INT64)
UINT64 = Scalar("integer", "System.UInt64", lambda value: type(value) is int and value in _INT64_OR_UINT64)
NUMBER = Scalar("double", "System.Double", lambda value: type(value) in (int, float))
FLAG = Scalar("boolean", "System.Boolean", lambda value: isinstance(value, bool))
GUID = Scalar("string", "System.Guid", _is_guid)
IP = Scalar("string", "System.Net.IPAddress", _is_ip)
