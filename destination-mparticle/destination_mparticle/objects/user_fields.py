"""The fields that every object of the Events API has: whose record it is, and what is known about them."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any, Final

from destination_mparticle.conversion import converters
from destination_mparticle.conversion.kinds import takes
from destination_mparticle.mparticle.identities import DEVICE_IDENTITIES
from destination_mparticle.mparticle.model.batch import BatchModel, ConsentState, DeviceInfo, UserIdentities
from destination_mparticle.objects.consent import CCPA_PURPOSE, split, to_consent
from destination_mparticle.objects.derive import derived
from destination_mparticle.objects.fields import Field
from destination_mparticle.validation.rules import check_ip

_ONE_PROFILE: Final = "all records would go to a single profile"

_WITHOUT: Final = {
    "environment": "the connection says it",
    "events": "the other fields of a record make its event",
    "source_request_id": "the connector makes it",
    "user_identities": "identities have names of their own, see below",
    "device_info": "device identities have short names too, see below",
    "mpid": "it is an identity, see below",
    "mp_deviceid": "it is an identity, see below",
    "user_attributes": "they have names of the user's choice, see below",
    "deleted_user_attributes": "names come as a list or as text, see below",
    "integration_attributes": "they have names of the user's choice, see below",
    "partner_identities": "they have names of the user's choice, see below",
    "partner_identity": "mParticle replaced it with partner_identities",
    "consent_state": "consents are put together from parts, see below",
    "ip": "it must be an address, see below",
}
"""The properties of a batch that are not derived."""


@takes("an IPv4 or IPv6 address", "string")
def _to_ip(value: Any, field: str) -> str:
    text = converters.to_text(value, field)
    check_ip(text)
    return text


def user_fields() -> Iterator[Field]:
    """Yield the fields of a batch that are not an event's."""
    yield from _identity_fields()
    yield from derived(BatchModel, "batch", without=_WITHOUT)
    user_attributes = converters.mapping_of(converters.to_user_attribute)
    yield Field("user_attributes", "batch", ("user_attributes",), user_attributes)
    yield USER_ATTRIBUTE
    yield Field("deleted_user_attributes", "batch", ("deleted_user_attributes",), converters.to_names)
    modules = converters.mapping_of(converters.mapping_of(converters.to_attribute))
    yield Field("integration_attributes", "batch", ("integration_attributes",), modules)
    yield Field(
        "integration_attributes.*",
        "batch",
        ("integration_attributes",),
        converters.to_attribute,
        placeholders=("module", "key"),
    )
    yield Field("ip", "batch", ("ip",), _to_ip)
    yield Field("timestamp", "data", ("timestamp_unixtime_ms",), converters.to_timestamp)
    for regulation in ConsentState.__struct_fields__:
        yield Field(f"consent.{regulation}.*", "consent", (regulation,), to_consent, placeholders=("purpose",))
    yield Field("consent.ccpa", "consent", ("ccpa", CCPA_PURPOSE), to_consent)


USER_ATTRIBUTE: Final = Field("user_attributes.*", "batch", ("user_attributes",), converters.to_user_attribute)
"""A user attribute under a name of the user's choice."""


def _identity_fields() -> Iterator[Field]:
    for name in UserIdentities.__struct_fields__:
        yield _identity(Field(name, "batch", ("user_identities", name), converters.to_identity))
    yield _identity(Field("mpid", "batch", ("mpid",), converters.to_integer))
    yield _identity(Field("mp_deviceid", "batch", ("mp_deviceid",), converters.to_uuid))
    device = {field.path[-1]: field for field in derived(DeviceInfo, "batch", "device_info.", ("device_info",))}
    for name in DEVICE_IDENTITIES:
        field = device[name]
        convert = converters.to_identity if field.convert is converters.to_attribute else field.convert
        device[name] = _identity(replace(field, convert=convert))
        yield replace(device[name], name=name)
    yield from device.values()
    yield _identity(Field("partner_identities.*", "batch", ("partner_identities",), converters.to_identity))


def _identity(field: Field) -> Field:
    return replace(field, identity=True, if_constant=_ONE_PROFILE)


def user_errors(mapped: Collection[Field]) -> Iterator[str]:
    """Yield what no record of a user could be written with."""
    names = {field.name for field in mapped}
    if not any(field.identity for field in mapped):
        yield "map at least one identity (such as customer_id or email), mpid or a device identity."
    for place in ("location", "context.location"):
        both = {f"{place}.latitude", f"{place}.longitude"}
        if not both <= names and any(name.startswith(f"{place}.") for name in names):
            lacking = " and ".join(f"`{name}`" for name in sorted(both - names))
            yield f"map {lacking} too; mParticle takes a location with both or not at all."
    yield from _consents_without_time(mapped, names)


def _consents_without_time(mapped: Collection[Field], names: Collection[str]) -> Iterator[str]:
    """Check times: a consent mapped as true or false needs a time from somewhere; objects may carry their own."""
    if "timestamp" in names:
        return
    consents = [(field.path[0], *split(*field.path)) for field in mapped if field.scope == "consent"]
    timed = {(regulation, purpose) for regulation, purpose, detail in consents if detail.startswith("timestamp")}
    piecewise = {(regulation, purpose) for regulation, purpose, detail in consents if detail == "consented"}
    for regulation, purpose in sorted(piecewise - timed):
        yield f"map `timestamp` or `consent.{regulation}.{purpose}.timestamp`; a consent needs a time."
