"""Every rule that a batch must pass before it is sent.

Finding out what mParticle refuses costs requests, and what it silently drops cannot be found at all. So everything that
is known to be wrong is rejected here.
"""

import ipaddress
import re
from collections.abc import Collection, Mapping
from typing import Any, Final

import msgspec

from destination_mparticle.mparticle import limits
from destination_mparticle.mparticle.identities import DEVICE_IDENTITIES
from destination_mparticle.mparticle.model import BatchModel
from destination_mparticle.validation.blank_text import is_blank
from destination_mparticle.validation.reasons import Reason, Rejection

_EMPTY: Final = (None, "")
_IDENTITIES: Final[tuple[tuple[str, Collection[str]], ...]] = (
    ("user_identities", ()),
    ("partner_identities", ()),
    ("device_info", DEVICE_IDENTITIES),
)
"""Where identities are, and their names where there is anything else."""

_NONE: Final[Mapping[str, Any]] = {}
_NAMES: Final = {"custom_event": "event_name", "screen_view": "screen_name"}
"""What names an event, by mParticle's type of the event."""

_COMMERCE: Final = "commerce_event"
_COMMERCE_VARIANTS: Final = ("product_action", "promotion_action", "product_impressions")
_QUOTED_VALUE: Final = re.compile(r"^Invalid (enum )?value .*$", re.DOTALL)
_PATH: Final = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")


def check(batch: Mapping[str, Any]) -> None:
    """Raise a `Rejection` unless mParticle would keep the batch and everything in it.

    Lengths are not checked: `truncate` has shortened names and values before.
    """
    _check_shape(batch)
    _check_identities(batch)
    if batch.get("ip") is not None:
        check_ip(str(batch["ip"]))
    if "user_attributes" in batch:
        _check_count("user_attributes", batch["user_attributes"])
    events = batch.get("events") or ()
    if len(events) > limits.REQUEST_EVENTS:
        raise Rejection(
            Reason.TOO_MANY_EVENTS, "events", f"A batch holds at most {limits.REQUEST_EVENTS} events; split it."
        )
    for index, event in enumerate(events):
        _check_event(event, index)


def _check_shape(batch: Mapping[str, Any]) -> None:
    try:
        msgspec.convert(batch, BatchModel)
    except msgspec.ValidationError as error:
        text = str(error)
        found = _PATH.search(text)
        path = found["path"] if found else ""
        raise Rejection(Reason.SCHEMA, path, f"{_plain(_PATH.sub('', text))}.") from None


_KINDS: Final = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "object": "an object",
    "array": "a list",
    "null": "null",
}
_EXPECTED: Final = re.compile(r"Expected `(?P<wanted>[^`]*)`, got `(?P<found>[^`]*)`")


def _plain(text: str) -> str:
    """Say what the model says in words that need no knowledge of it."""
    text = _QUOTED_VALUE.sub("This is not one of the documented values", text)
    text = text.replace("Object missing required field", "It lacks the property")
    text = text.replace("Object contains unknown field", "mParticle does not know the property")
    return _EXPECTED.sub(lambda match: f"It must be {_kinds(match['wanted'])}, and is {_kinds(match['found'])}", text)


def _kinds(types: str) -> str:
    return " or ".join(_KINDS.get(kind, kind) for kind in types.split(" | "))


def _check_identities(batch: Mapping[str, Any]) -> None:
    """Reject a batch without an identity, and a blank one, which everyone who has it would share.

    An empty identity counts as not set.
    """
    is_found = batch.get("mpid") is not None or batch.get("mp_deviceid") not in _EMPTY
    for place, names in _IDENTITIES:
        for name, value in (batch.get(place) or _NONE).items():
            if value in _EMPTY or (names and name not in names):
                continue
            if is_blank(value):
                raise Rejection(Reason.BAD_VALUE, place, "A blank identity would be shared by everyone who has one.")
            is_found = True
    if not is_found:
        raise missing_identity()


def missing_identity() -> Rejection:
    """Return why a batch without an identity is rejected."""
    return Rejection(
        Reason.MISSING_IDENTITY, "", "No user identity, mpid or device identity is set, so no profile can be found."
    )


def check_ip(text: str) -> None:
    """Raise a `Rejection` for text that is not an IP address."""
    try:
        zone = getattr(ipaddress.ip_address(text), "scope_id", None)
    except ValueError:
        raise Rejection(Reason.BAD_VALUE, "ip", "This is neither an IPv4 nor an IPv6 address.") from None
    if zone:
        raise Rejection(Reason.BAD_VALUE, "ip", "An address with a zone means something only on its own machine.")


def _check_event(event: Mapping[str, Any], index: int) -> None:
    data, event_type = event["data"], event["event_type"]
    name = _NAMES.get(event_type)
    if name is not None and is_blank(data[name]):
        raise Rejection(Reason.MISSING_FIELD, f"events[{index}].data.{name}", "The event has no name.")
    if "custom_attributes" in data:
        _check_count("custom_attributes", data["custom_attributes"])
    if event_type == _COMMERCE:
        _check_variant(data)


def _check_variant(data: Mapping[str, Any]) -> None:
    variants = [name for name in _COMMERCE_VARIANTS if data.get(name) not in (None, [])]
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
    if list not in map(type, attributes.values()):
        return
    for value in attributes.values():
        if isinstance(value, list) and len(value) > limits.LIST_ENTRIES:
            raise Rejection(
                Reason.TOO_MANY_ATTRIBUTES,
                field,
                f"A list of {len(value)} entries; mParticle takes {limits.LIST_ENTRIES}.",
            )
