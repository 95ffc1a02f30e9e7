"""The operations that data activation can choose from, as Airbyte's protocol describes a destination's catalog."""

from typing import Any, Final

from destination_mparticle.mapping import fields, values
from destination_mparticle.mapping.account import account_fields
from destination_mparticle.mapping.fields import Field
from destination_mparticle.mapping.plan import RAW_OBJECT, REQUIRED
from destination_mparticle.mapping.products import to_impressions, to_products, to_promotions
from destination_mparticle.objects.operations import ACCOUNT_OBJECT, APPEND, OPERATIONS

_TYPES: Final[dict[Any, dict[str, Any]]] = {
    values.to_integer: {"type": ["integer", "null"]},
    values.to_number: {"type": ["number", "null"]},
    values.to_boolean: {"type": ["boolean", "null"]},
    values.to_boolean_or_text: {"type": ["boolean", "string", "null"]},
    values.to_timestamp: {"type": ["string", "integer", "null"]},
    values.to_names: {"type": ["array", "null"], "items": {"type": "string"}},
    values.to_attribute: {"type": ["string", "number", "boolean", "null"]},
    values.to_user_attribute: {"type": ["string", "number", "boolean", "array", "null"]},
    to_products: {"type": ["array", "null"], "items": {"type": "object"}},
    to_promotions: {"type": ["array", "null"], "items": {"type": "object"}},
    to_impressions: {"type": ["array", "null"], "items": {"type": "object"}},
}
_TEXT: Final[dict[str, Any]] = {"type": ["string", "null"]}
_ACCOUNT_TYPES: Final[dict[str, dict[str, Any]]] = {"id": {"type": ["integer", "string"]}, "name": {"type": "string"}}
_OBJECT: Final[dict[str, Any]] = {"type": ["object", "null"], "additionalProperties": True}
_OBJECTS: Final = frozenset(
    (
        "user_attributes",
        "custom_attributes",
        "custom_flags",
        "integration_attributes",
        "product.custom_attributes",
        "application_info.apple_search_ads_attributes",
    )
)


def destination_catalog() -> dict[str, Any]:
    """Return the DESTINATION_CATALOG message."""
    operations = [
        _operation(object_name, operation) for object_name, names in OPERATIONS.items() for operation in names
    ]
    return {"type": "DESTINATION_CATALOG", "destination_catalog": {"operations": operations}}


def _operation(object_name: str, sync_mode: str) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "object_name": object_name,
        "sync_mode": sync_mode,
        "json_schema": _schema_of(object_name, sync_mode),
    }
    if sync_mode != APPEND:
        operation["matching_keys"] = [[field.name] for field in _closed(object_name) if field.identity]
    return operation


def _schema_of(object_name: str, sync_mode: str) -> dict[str, Any]:
    if object_name == RAW_OBJECT:
        return _batch_schema()
    return _account_schema(sync_mode) if object_name == ACCOUNT_OBJECT else _schema(object_name)


def _account_schema(operation: str) -> dict[str, Any]:
    """Return the fields that an operation takes. Columns besides them are left out."""
    names = [field.name for field in account_fields(operation)]
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "required": names,
        "additionalProperties": True,
        "properties": {name: dict(_ACCOUNT_TYPES[name]) for name in names},
    }


def _schema(object_name: str) -> dict[str, Any]:
    """Every field of an object. Fields whose names the user chooses go where `additionalProperties` lets them."""
    required = [REQUIRED[object_name]] if object_name in REQUIRED else []
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "required": required,
        "additionalProperties": True,
        "properties": {field.name: _type(field) for field in _closed(object_name)},
    }


def _closed(object_name: str) -> list[Field]:
    return [field for field in fields.FIELDS[object_name].values() if not field.is_open]


def _type(field: Field) -> dict[str, Any]:
    if field.name in _OBJECTS:
        return dict(_OBJECT)
    if field.scope == "consent":
        return {"type": ["boolean", "object", "null"]}
    return dict(_TYPES.get(field.convert, _TEXT))


def _batch_schema() -> dict[str, Any]:
    """Return the outline of a batch; what is inside is mParticle's own."""
    objects = ("user_identities", "user_attributes", "device_info", "application_info", "consent_state", "context")
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "additionalProperties": True,
        "properties": {
            "events": {"type": ["array", "null"], "items": {"type": "object"}},
            "source_request_id": _TEXT,
            "mpid": {"type": ["integer", "null"]},
            "deleted_user_attributes": {"type": ["array", "null"], "items": {"type": "string"}},
            **dict.fromkeys(objects, _OBJECT),
        },
    }
