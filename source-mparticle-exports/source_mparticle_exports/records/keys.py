"""Primary keys that are the same however often, and in whichever file, mParticle delivers a batch.

A key is made of what mParticle does not change when it delivers again, never of a file or of a place in it:

- A batch is its `batch_id`. Where that is missing, as it may be in a feed of raw data, it is its `source_request_id`,
  which mParticle itself knows repeated batches by. Without both it is a hash of its content.
- An event is its batch, its type, name and time, and its own ids: `source_message_id`, `message_id`, `event_id`. One
  without any of these ids is its content. Equal events of one line are told apart by their order among one another.
  No id is trusted alone: a sender may give one `source_message_id` to many events, and a row must not hide another.

Content is canonical: neither the order of properties nor whether a number is text makes a difference.
"""

from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any, Final

import orjson

from source_mparticle_exports.records import values

EVENT_IDS: Final = ("source_message_id", "message_id", "event_id")
_EVENT_FACTS: Final = ("event_type", "event_name", "timestamp_unixtime_ms")

_NO_ID: Final = "0"


def digest(*parts: Any) -> str:
    """Return a hash of the canonical form of some JSON values, as 32 hexadecimal digits."""
    return _hash([_canonical(part) for part in parts])


def batch_key(batch: dict[str, Any]) -> str:
    """Return the key of a batch."""
    if (batch_id := values.text(batch.get("batch_id"))) and batch_id != _NO_ID:
        return batch_id
    if request_id := values.text(batch.get("source_request_id")):
        # The id is unique within one input only: of two inputs' batches, the user and the time tell most apart.
        return digest("request", request_id, batch.get("mpid"), batch.get("timestamp_unixtime_ms"))
    return digest("content", batch)


def event_keys(batch: str, events: list[dict[str, Any]], data: list[dict[str, Any]]) -> Iterator[str]:
    """Return the key of each event of a batch, in order. `data` are the properties of each (`event_data`)."""
    seen: Counter[tuple[str | None, ...]] = Counter()
    for event, properties in zip(events, data, strict=True):
        identity = _event_identity(event, properties)
        yield _hash(["event", batch, *identity, str(seen[identity])])
        seen[identity] += 1


def _event_identity(event: dict[str, Any], data: dict[str, Any]) -> tuple[str | None, ...]:
    text, get = values.text, data.get
    ids = [text(get(name)) for name in EVENT_IDS]
    if not any(ids):
        return ("content", digest(event))
    return (*[text(get(name)) for name in _EVENT_FACTS], *ids)


def event_data(event: dict[str, Any]) -> dict[str, Any]:
    """Return the properties of an event: those of its `data`, and those beside it that `data` has not."""
    beside = event.copy()
    data = beside.pop("data", None)
    return beside | data if isinstance(data, dict) else beside


def _hash(canonical: list[Any]) -> str:
    return blake2b(orjson.dumps(canonical, option=orjson.OPT_SORT_KEYS), digest_size=16).hexdigest()


def _canonical(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _canonical(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(item) for item in value]
    return values.text(value)
