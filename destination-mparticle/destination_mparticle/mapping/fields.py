"""The fields that a record can be mapped to, by object.

Where mParticle's published schema already says what a property takes, the field is derived from it
(`validation.model`), so that the two cannot disagree.
"""

import typing
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct

from destination_mparticle.mapping import values
from destination_mparticle.mapping.products import to_impressions, to_products, to_promotions, to_texts
from destination_mparticle.mapping.values import Convert
from destination_mparticle.mparticle.model import batch as batch_model
from destination_mparticle.mparticle.model import commerce as commerce_model
from destination_mparticle.mparticle.model import common as common_model
from destination_mparticle.mparticle.model import events as events_model
from destination_mparticle.objects.operations import ACCOUNT_OBJECT
from destination_mparticle.validation.rules import DEVICE_IDENTITIES, check_ip

Scope = Literal["batch", "data", "commerce", "consent", "raw", "account"]
"""Where a field's value goes: the batch, the event's `data`, a part that is put together at the end, or an account."""


@dataclass(frozen=True)
class Field:
    """One field: its name in mappings, and where and how its value is stored.

    A name that ends in `.*` stands for any name in that place.
    """

    name: str
    scope: Scope
    path: tuple[str, ...]
    convert: Convert
    identity: bool = False
    """Whether it can tell whose, or which account's, record it is."""

    @property
    def is_open(self) -> bool:
        """Whether the last part of the name is the user's to choose."""
        return self.name.endswith(".*")


_BY_TYPE: Final[tuple[tuple[Any, Convert], ...]] = (
    (common_model.Int64, values.to_integer),
    (common_model.Number, values.to_number),
    (common_model.Boolean, values.to_boolean),
    (common_model.Scalar, values.to_attribute),
    (common_model.Texts, values.mapping_of(values.to_attribute)),
    (common_model.Uuid, values.to_uuid),
    (common_model.OptionalText, values.to_text),
    (str, values.to_text),
    (bool | str | None, values.to_boolean_or_text),
    (dict[str, str] | None, to_texts),
    (dict[str, dict[str, common_model.Scalar]] | None, values.mapping_of(values.mapping_of(values.to_attribute))),
)
_SET_BY_MPARTICLE: Final = frozenset(
    ("timestamp_unixtime_ms", "event_id", "source_message_id", "session_id", "event_system_notification_info")
)
_MILLISECONDS: Final = ("_unixtime_ms", "_time_ms")


def _derived(model: type[Struct], scope: Scope, prefix: str = "", path: tuple[str, ...] = ()) -> Iterator[Field]:
    """One field for every property of a model but those that have a model of their own."""
    for prop in msgspec.structs.fields(model):
        if not _has_model(prop.type):
            yield Field(f"{prefix}{prop.name}", scope, (*path, prop.name), _converter(prop.name, prop.type))


def _has_model(type_: Any) -> bool:
    """Whether a type is a model, or a list or a union with one in it."""
    if isinstance(type_, type) and issubclass(type_, Struct):
        return True
    return any(_has_model(part) for part in typing.get_args(type_))


def _converter(name: str, type_: Any) -> Convert:
    if name.endswith(_MILLISECONDS):
        return values.to_timestamp
    words = _words(type_)
    if words:
        return values.choice(words, _ALIASES)
    found = next((convert for known, convert in _BY_TYPE if type_ == known), None)
    if found is None:
        raise TypeError(f"No value of a record can be turned into {name}: {type_}.")
    return found


def _words(type_: Any) -> frozenset[str]:
    """Return the words of a literal type, or of a union with one in it."""
    if typing.get_origin(type_) is Literal:
        return frozenset(typing.get_args(type_))
    return next((words for part in typing.get_args(type_) if (words := _words(part))), frozenset())


_ALIASES: Final = {"remove_from_wishlist": "remove_from_wish_list"}
"""mParticle spells the action one way when it is sent and the other when it is read."""


def _user_fields() -> Iterator[Field]:
    """Yield what every mapped object has: whose it is, and what is known about them."""
    for prop in msgspec.structs.fields(batch_model.UserIdentities):
        yield Field(prop.name, "batch", ("user_identities", prop.name), values.to_identity, identity=True)
    yield Field("mpid", "batch", ("mpid",), values.to_integer, identity=True)
    yield Field("mp_deviceid", "batch", ("mp_deviceid",), values.to_uuid, identity=True)
    device = {field.path[-1]: field for field in _derived(batch_model.DeviceInfo, "batch", "", ("device_info",))}
    for name in DEVICE_IDENTITIES:
        convert = device[name].convert
        device[name] = replace(
            device[name], convert=values.to_identity if convert is values.to_attribute else convert, identity=True
        )
        yield device[name]
    for name, field in device.items():
        yield replace(field, name=f"device_info.{name}")
    yield from _derived(batch_model.ApplicationInfo, "batch", "application_info.", ("application_info",))
    yield from _derived(batch_model.AttributionInfo, "batch", "attribution_info.", ("attribution_info",))
    yield from _derived(common_model.GeoLocation, "batch", "context.location.", ("context", "location"))
    yield from _derived(batch_model.DataPlan, "batch", "context.data_plan.", ("context", "data_plan"))
    user_attributes = values.mapping_of(values.to_user_attribute)
    yield Field("user_attributes", "batch", ("user_attributes",), user_attributes)
    yield Field("user_attributes.*", "batch", ("user_attributes",), values.to_user_attribute)
    yield Field("deleted_user_attributes", "batch", ("deleted_user_attributes",), values.to_names)
    yield Field("partner_identities.*", "batch", ("partner_identities",), values.to_identity, identity=True)
    modules = values.mapping_of(values.mapping_of(values.to_attribute))
    yield Field("integration_attributes", "batch", ("integration_attributes",), modules)
    yield Field("integration_attributes.*", "batch", ("integration_attributes",), values.to_attribute)
    yield Field("ip", "batch", ("ip",), _to_ip)
    yield Field("timestamp", "data", ("timestamp_unixtime_ms",), values.to_timestamp)
    for regulation in ("gdpr", "ccpa"):
        yield Field(f"consent.{regulation}.*", "consent", (regulation,), _as_it_is)
    yield Field("consent.ccpa", "consent", ("ccpa", "data_sale_opt_out"), _as_it_is)


def _to_ip(value: Any, field: str) -> str:
    text = values.to_text(value, field)
    check_ip(text)
    return text


def _as_it_is(value: Any, _field: str) -> Any:
    return value


def _event_fields(model: type[Struct]) -> Iterator[Field]:
    """Yield what an event's `data` has."""
    yield from (field for field in _derived(model, "data") if field.name not in _SET_BY_MPARTICLE)
    yield Field("event_id", "data", ("source_message_id",), values.to_identity)
    yield from _derived(common_model.GeoLocation, "data", "location.", ("location",))
    yield from _derived(common_model.DeviceCurrentState, "data", "device_current_state.", ("device_current_state",))
    yield Field("custom_attributes.*", "data", ("custom_attributes",), values.to_attribute)
    if any(prop.name == "custom_flags" for prop in msgspec.structs.fields(model)):
        yield Field("custom_flags.*", "data", ("custom_flags",), values.to_attribute)


def _commerce_fields() -> Iterator[Field]:
    """Yield what is put together into one of the three variants of a commerce event."""
    yield from (
        field for field in _derived(commerce_model.ProductAction, "commerce", "", ("action",)) if field.name != "action"
    )
    yield Field("action", "commerce", ("word",), values.choice(_ACTIONS, _ALIASES))
    yield Field("promotion_action", "commerce", ("promotion_word",), values.choice(_PROMOTION_ACTIONS))
    yield Field("products", "commerce", ("products",), to_products)
    yield from _derived(commerce_model.Product, "commerce", "product.", ("product",))
    yield Field("product.custom_attributes.*", "commerce", ("product", "custom_attributes"), values.to_text)
    yield Field("promotions", "commerce", ("promotions",), to_promotions)
    yield from _derived(commerce_model.Promotion, "commerce", "promotion.", ("promotion",))
    yield Field("product_impressions", "commerce", ("impressions",), to_impressions)
    yield Field("product_impression_list", "commerce", ("impression_list",), values.to_text)
    yield Field("shopping_cart.products", "data", ("shopping_cart", "products"), to_products)


_PROMOTION_ACTIONS: Final = _words(commerce_model.PromotionActionType)
_ACTIONS: Final = _words(commerce_model.ProductActionType) | _PROMOTION_ACTIONS
_MADE_BY_MPARTICLE: Final = frozenset(("event_name", "custom_event_type"))
"""mParticle derives these two from a commerce event's action."""


def _account_fields() -> Iterator[Field]:
    yield Field("id", "account", ("id",), values.to_entity_id, identity=True)
    yield Field("name", "account", ("name",), values.to_text)


def _by_name(*sources: Iterator[Field]) -> dict[str, Field]:
    return {field.name: field for source in sources for field in source}


FIELDS: Final[dict[str, dict[str, Field]]] = {
    "event_batch": _by_name(iter([Field("batch", "raw", (), _as_it_is)])),
    "custom_event": _by_name(_user_fields(), _event_fields(events_model.CustomEventData)),
    "screen_view": _by_name(_user_fields(), _event_fields(events_model.ScreenViewData)),
    "commerce_event": _by_name(
        _user_fields(),
        (field for field in _event_fields(commerce_model.CommerceEventData) if field.name not in _MADE_BY_MPARTICLE),
        _commerce_fields(),
    ),
    "user": _by_name(_user_fields()),
    ACCOUNT_OBJECT: _by_name(_account_fields()),
}
"""Every object's fields, by name."""

PATH_NAMES: Final = frozenset(
    ("events", "data", *(step for known in FIELDS.values() for field in known.values() for step in field.path))
)
"""The names that mParticle's own properties have in a batch."""

_OTHER_SPELLINGS: Final = {"customerid": "customer_id"}
"""mParticle's IDSync API and some of its own clients spell it differently."""


def find(object_name: str, name: str) -> Field | None:
    """Return the field that a name means, or None. Case matters only where the name is the user's to choose."""
    known = FIELDS[object_name]
    lowered = name.lower()
    lowered = _OTHER_SPELLINGS.get(lowered, lowered)
    exact = known.get(lowered)
    if exact is not None and not exact.is_open:
        return exact
    head, dot, rest = name.partition(".")
    while dot:
        field = known.get(f"{head.lower()}.*")
        if field is not None:
            return _chosen(field, rest)
        step, dot, rest = rest.partition(".")
        head = f"{head}.{step}"
    return None


def _chosen(field: Field, rest: str) -> Field | None:
    """Return the open field with the user's own name in it."""
    steps: tuple[str, ...] = (rest,)
    if field.path == ("integration_attributes",):
        module, _, key = rest.partition(".")
        steps = (module, key)
    if not all(steps):
        return None
    name = f"{field.name[:-1]}{rest}"
    return Field(name, field.scope, (*field.path, *steps), field.convert, identity=field.identity)
