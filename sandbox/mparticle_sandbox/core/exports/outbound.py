"""The form in which mParticle forwards a batch, made from the one in which it was sent.

mParticle documents the differences: identities become a list, ids and the time of arrival are added, what is for the
input only is left out, and attributes are stored as text. How ids are made is not documented; here they follow from
the seed, the batch and its time of arrival.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mparticle_sandbox.core.events_api.ingestion import ANONYMOUS, HISTORICAL, user_key
from mparticle_sandbox.core.exports import drawn

Batch = dict[str, Any]

_PRODUCTION = "production"
_SCHEMA_VERSION = 2
# Documented as parts of what is sent, not of what is forwarded.
_INPUT_ONLY = frozenset({"ip", "api_key", "api_keys"})
_TEXT_MAPS = ("custom_attributes", "custom_flags")
_PROMOTIONS = {"view": "promotion_view", "click": "promotion_click"}
# The action and the type that mParticle makes of it are spelt differently.
_ACTIONS = {"remove_from_wish_list": "remove_from_wishlist"}


@dataclass(frozen=True)
class Receipt:
    """What mParticle knows about a batch beside its content.

    `number`: how many were accepted before it. `at_ms`: when it was accepted. `mpids`: of the known users of
    production, by keys such as `customer_id:c-1`.
    """

    seed: int
    number: int
    endpoint: str
    at_ms: int
    mpids: Mapping[str, int] = field(default_factory=dict)


class SentNumber(float):
    """A number with the digits in which it was sent."""

    text: str


def outbound_batch(text: str, receipt: Receipt) -> Batch:
    """Return the outbound form of a good batch, given as the exact text that was sent."""
    sent: Batch = json.loads(text, parse_float=_sent_number)
    # Two batches of the same text that arrive at once are still two.
    origin = (receipt.seed, receipt.number, receipt.at_ms, text)
    kept = {name: value for name, value in sent.items() if name not in _INPUT_ONLY}
    return {
        **kept,
        "events": [_event(event, index, origin, receipt) for index, event in enumerate(sent.get("events") or ())],
        "user_attributes": _texts(sent.get("user_attributes") or {}),
        "user_identities": _identities(sent.get("user_identities") or {}, receipt.at_ms),
        "environment": sent.get("environment") or _PRODUCTION,
        "mpid": _mpid(sent, receipt),
        "batch_id": drawn.int64("batch", *origin),
        "message_id": drawn.guid("message", *origin),
        "message_type": "events",
        "timestamp_unixtime_ms": receipt.at_ms,
        "schema_version": _SCHEMA_VERSION,
        "source_info": {
            "channel": "server_to_server",
            "is_historical": receipt.endpoint == HISTORICAL,
            **(sent.get("source_info") or {}),
        },
        "system_notifications": [],
    }


def single_events(batch: Batch) -> list[Batch]:
    """Return one batch for each event of an outbound batch: the same but for its events and its message id.

    A batch without events stays as it is.
    """
    return [
        {**batch, "events": [event], "message_id": drawn.guid("single", batch["message_id"], index)}
        for index, event in enumerate(batch["events"])
    ] or [batch]


def _event(event: Batch, index: int, origin: tuple[object, ...], receipt: Receipt) -> Batch:
    sent: Batch = event["data"]
    time = _given(sent, "timestamp_unixtime_ms", receipt.at_ms)
    session = _given(sent, "session_uuid", drawn.guid("session", *origin))
    data: Batch = {
        **sent,
        **{name: _texts(sent[name]) for name in _TEXT_MAPS if sent.get(name)},
        "timestamp_unixtime_ms": time,
        "event_start_unixtime_ms": _given(sent, "event_start_unixtime_ms", time),
        "session_uuid": session,
        "session_id": drawn.int64("session", receipt.seed, session),
        "event_id": drawn.int64("event", index, *origin),
    }
    if event["event_type"] == "commerce_event":
        data["custom_event_type"] = _given(sent, "custom_event_type", _commerce_type(sent))
    return {**event, "data": data}


def _given(content: Batch, name: str, otherwise: Any) -> Any:
    value = content.get(name)
    return otherwise if value is None else value


def _commerce_type(data: Batch) -> str:
    if data.get("product_action"):
        action: str = data["product_action"]["action"]
        return _ACTIONS.get(action, action)
    return _PROMOTIONS[data["promotion_action"]["action"]] if data.get("promotion_action") else "impression"


def _identities(sent: Mapping[str, Any], at_ms: int) -> list[Batch]:
    # The schema closes identities, so `customerid` is the only second name of one.
    named = {"customer_id" if name == "customerid" else name: value for name, value in sent.items()}
    return [
        {"identity_type": name, "identity": _text(value), "timestamp_unixtime_ms": at_ms}
        for name, value in named.items()
        if value not in (None, "")
    ]


def _mpid(sent: Batch, receipt: Receipt) -> int:
    given: int | None = sent.get("mpid")
    if given is not None:
        return given
    key, environment = user_key(sent), sent.get("environment") or _PRODUCTION
    if environment == _PRODUCTION and key in receipt.mpids:
        return receipt.mpids[key]
    # Nothing says that two batches of nobody are of one person.
    person = f"{key}:{receipt.number}" if key == ANONYMOUS else key
    return drawn.int64("mpid", receipt.seed, environment, person)


def _texts(attributes: Mapping[str, Any]) -> Batch:
    return {
        name: [_text(each) for each in value] if isinstance(value, list) else _text(value)
        for name, value in attributes.items()
    }


def _text(value: Any) -> str | None:
    """Return a scalar as mParticle stores it; null stays what it is."""
    if value is None or isinstance(value, str):
        return value
    return value.text if isinstance(value, SentNumber) else json.dumps(value)


def _sent_number(text: str) -> "SentNumber | str":
    number = SentNumber(text)
    number.text = text
    # JSON has no word for what is beyond a double, and it must not be lost.
    return number if math.isfinite(number) else text
