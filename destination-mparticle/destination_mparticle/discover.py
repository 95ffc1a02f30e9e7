"""The operations that data activation can choose from, as Airbyte's protocol describes a destination's catalog."""

from typing import Any

from destination_mparticle.objects import OBJECTS
from destination_mparticle.objects.definition import DestinationObject
from destination_mparticle.objects.operations import APPEND


def destination_catalog() -> dict[str, Any]:
    """Return the DESTINATION_CATALOG message."""
    operations = [_operation(definition, name) for definition in OBJECTS.values() for name in definition.operations]
    return {"type": "DESTINATION_CATALOG", "destination_catalog": {"operations": operations}}


def _operation(definition: DestinationObject[Any], name: str) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "object_name": definition.name,
        "sync_mode": name,
        "json_schema": definition.json_schema(name),
    }
    if name != APPEND:
        operation["matching_keys"] = [[key] for key in definition.matching_keys]
    return operation
