"""Every rule that a batch must pass before it is sent.

mParticle answers a bulk request with 202 even when batches inside are bad, so a rule that is not enforced here is a
record lost in silence.
"""

import ipaddress
import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from destination_mparticle import limits
from destination_mparticle.validation.blanks import is_blank
from destination_mparticle.validation.model import Batch
from destination_mparticle.validation.reasons import Reason, Rejection

DEVICE_IDENTITIES: Final = (
    "ios_advertising_id",
    "ios_idfv",
    "android_advertising_id",
    "android_uuid",
    "roku_advertising_id",
    "roku_publisher_id",
    "fire_advertising_id",
    "microsoft_advertising_id",
    "microsoft_publisher_id",
    "amp_id",
    "push_token",
)
"""The properties of `device_info` that identify a device."""

_NAMES: Final = {"custom_event": "event_name", "screen_view": "screen_name"}
_COMMERCE_VARIANTS: Final = ("product_action", "promotion_action", "product_impressions")
_QUOTED_VALUE: Final = re.compile(r"^Invalid (enum )?value .*$", re.DOTALL)
_PATH: Final = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")


def check(batch: Mapping[str, Any]) -> None:
    """Raise a `Rejection` unless mParticle would keep the batch and everything in it.

    Lengths are not looked at: `fit` has made names and values fit before.
    """
    _check_shape(batch)
    _check_blanks(batch)
    if not has_identity(batch):
        raise Rejection(
            Reason.MISSING_IDENTITY, "", "No user identity, mpid or device identity is set, so no profile can be found."
        )
    _check_ip(batch.get("ip"))
    _check_count("user_attributes", batch.get("user_attributes"))
    events = batch.get("events") or ()
    if len(events) > limits.REQUEST_EVENTS:
        raise Rejection(
            Reason.TOO_MANY_EVENTS, "events", f"A batch holds at most {limits.REQUEST_EVENTS} events; split it."
        )
    for index, event in enumerate(events):
        _check_event(event, f"events[{index}].data")


def has_identity(batch: Mapping[str, Any]) -> bool:
    """Whether anything in the batch tells whose it is."""
    if _is_set(batch.get("mpid")) or _is_set(batch.get("mp_deviceid")):
        return True
    identities = batch.get("user_identities") or {}
    device = batch.get("device_info") or {}
    return (
        any(_is_set(value) for value in identities.values())
        or any(_is_set(device.get(name)) for name in DEVICE_IDENTITIES)
        or any(_is_set(value) for value in (batch.get("partner_identities") or {}).values())
    )


def _is_set(value: object) -> bool:
    return value is not None and value != ""


def _check_shape(batch: Mapping[str, Any]) -> None:
    try:
        msgspec.convert(batch, Batch)
    except msgspec.ValidationError as error:
        text = str(error)
        found = _PATH.search(text)
        path = found["path"] if found else ""
        message = _QUOTED_VALUE.sub("This is not one of the documented values", _PATH.sub("", text))
        raise Rejection(Reason.SCHEMA, path, f"{message}.") from None


def _check_blanks(batch: Mapping[str, Any]) -> None:
    """Refuse identities of blanks: everyone who has one would share a profile. An empty one counts as not set."""
    places = (
        ("user_identities", None),
        ("partner_identities", None),
        ("device_info", DEVICE_IDENTITIES),
    )
    for place, names in places:
        for name, value in (batch.get(place) or {}).items():
            if (names is None or name in names) and value != "" and is_blank(value):
                raise Rejection(Reason.BAD_VALUE, place, "An identity that consists of blanks would be everyone's.")


def _check_ip(value: object) -> None:
    if value is None:
        return
    try:
        zone = getattr(ipaddress.ip_address(str(value)), "scope_id", None)
    except ValueError:
        raise Rejection(Reason.BAD_VALUE, "ip", "This is neither an IPv4 nor an IPv6 address.") from None
    if zone:
        raise Rejection(Reason.BAD_VALUE, "ip", "The zone of an address means something on its own machine only.")


def _check_event(event: Mapping[str, Any], place: str) -> None:
    data = event["data"]
    name = _NAMES.get(event["event_type"])
    if name is not None and is_blank(data[name]):
        raise Rejection(Reason.MISSING_FIELD, f"{place}.{name}", "The event has no name.")
    _check_count("custom_attributes", data.get("custom_attributes"))
    if event["event_type"] == "commerce_event":
        variants = [name for name in _COMMERCE_VARIANTS if data.get(name) is not None]
        if len(variants) != 1:
            raise Rejection(
                Reason.COMMERCE_VARIANT,
                "",
                "A commerce event holds exactly one of product_action, promotion_action and product_impressions; "
                f"this one holds {len(variants)}.",
            )


def _check_count(field: str, attributes: Mapping[str, Any] | None) -> None:
    if attributes is None:
        return
    if len(attributes) > limits.ATTRIBUTES:
        raise Rejection(
            Reason.TOO_MANY_ATTRIBUTES, field, f"{len(attributes)} attributes; mParticle takes {limits.ATTRIBUTES}."
        )
    for value in attributes.values():
        if isinstance(value, list) and len(value) > limits.LIST_ENTRIES:
            raise Rejection(
                Reason.TOO_MANY_ATTRIBUTES,
                field,
                f"A list of {len(value)} entries; mParticle takes {limits.LIST_ENTRIES}.",
            )
