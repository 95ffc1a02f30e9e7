"""One line of an exported file: an event batch, a change of an audience's membership, or neither."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import orjson

from source_mparticle_exports.records import keys, values
from source_mparticle_exports.records.columns import Row
from source_mparticle_exports.records.file_name import FileName
from source_mparticle_exports.records.identities import identities, identity_columns

_MOST_LEVELS: Final = 240
# A search for twenty of any digit takes ten times as long.
_DIGITS_AS_ZERO: Final = bytes.maketrans(b"123456789", b"0" * 9)
_LONG_INTEGER: Final = b"0" * 20

_SIGNS_OF_A_BATCH: Final = frozenset(
    {"events", "batch_id", "mpid", "user_identities", "user_attributes", "device_info", "source_request_id"}
)
"""A batch has at least one of these. All are optional by mParticle's reference."""


class BrokenLineError(ValueError):
    """The line is no export. The text says why, and holds nothing of the line."""


@dataclass(frozen=True)
class Batch:
    """An exported batch: outbound, or in the inbound form of a feed of raw data."""

    content: dict[str, Any]
    file: FileName

    @cached_property
    def key(self) -> str:
        """What the batch is known by."""
        return keys.batch_key(self.content)

    @property
    def events(self) -> list[dict[str, Any]]:
        """Its events, in order."""
        return self.content.get("events") or []

    @property
    def without_events(self) -> dict[str, Any]:
        """All of it but the events."""
        return {name: value for name, value in self.content.items() if name != "events"}

    @property
    def identity_columns(self) -> Row:
        """The user's identities as columns."""
        return identity_columns(identities(self.content.get("user_identities")))

    @property
    def data_of_events(self) -> list[dict[str, Any]]:
        """The properties of each event."""
        return [keys.event_data(event) for event in self.events]

    def keyed_events(self) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
        """Return the events with their keys and their properties: key, event, properties."""
        events, data = self.events, self.data_of_events
        return zip(keys.event_keys(self.key, events, data), events, data, strict=True)


@dataclass(frozen=True)
class MembershipChange:
    """A line of an audience file."""

    content: dict[str, Any]
    file: FileName


def parse_line(line: bytes, file: FileName) -> Batch | MembershipChange | None:
    """Return what a line holds, or None for a blank one and for the `{}` of verification files.

    Raises `BrokenLineError` where it is no JSON object, or one that is neither a batch nor a membership change.
    """
    stripped = line.removeprefix(b"\xef\xbb\xbf").strip()
    if not stripped:
        return None
    content = _parsed(stripped)
    if not isinstance(content, dict):
        raise BrokenLineError("it is not a JSON object")
    if not content:
        return None
    if "IsAddRequest" in content:
        if values.boolean(content["IsAddRequest"]) is None:
            raise BrokenLineError("its IsAddRequest is neither true nor false")
        return MembershipChange(content, file)
    if _SIGNS_OF_A_BATCH.isdisjoint(content):
        raise BrokenLineError("it is neither an event batch nor a change of an audience's membership")
    if not _is_list_of_objects(content.get("events")):
        raise BrokenLineError("its events are not a list of objects")
    return Batch(content, file)


def _parsed(line: bytes) -> Any:
    try:
        content = orjson.loads(line)
        if line.count(b"{") + line.count(b"[") > _MOST_LEVELS:
            # It writes no more levels than these. A row wraps what it holds in a few.
            orjson.dumps([[[[[[[[content]]]]]]]])
    except orjson.JSONDecodeError:
        # It reads no integer of over 308 digits.
        if not _has_long_integer(line):
            raise BrokenLineError("it is not JSON") from None
        return _exactly(line)
    except orjson.JSONEncodeError:
        raise BrokenLineError(f"it is nested deeper than {_MOST_LEVELS} levels") from None
    # What is beyond 64 bits was rounded.
    return _exactly(line) if _has_long_integer(line) else content


def _has_long_integer(line: bytes) -> bool:
    return _LONG_INTEGER in line.translate(_DIGITS_AS_ZERO)


def _exactly(line: bytes) -> Any:
    try:
        return json.loads(line, parse_constant=_finite, parse_float=_finite)
    except ValueError:
        raise BrokenLineError("it is not JSON, or has a number with over 4,000 digits") from None
    except RecursionError:
        raise BrokenLineError(f"it is nested deeper than {_MOST_LEVELS} levels") from None


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _is_list_of_objects(events: Any) -> bool:
    return events is None or (isinstance(events, list) and all(isinstance(event, dict) for event in events))
