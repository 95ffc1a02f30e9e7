"""How the items of a list are written: the types of their ids, the zones of their times."""

import json
import re
from typing import Any

_NAIVE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?")


def restyled(items: bytes, id_types: str, timestamps: str) -> bytes:
    """Return a JSON array with the ids of its items and its times in the given style; `documented` changes nothing."""
    if id_types == timestamps == "documented":
        return items
    entities = json.loads(items)
    if id_types != "documented":
        entities = [_with_id(entity, id_types) for entity in entities]
    if timestamps == "zoned":
        entities = _zoned(entities)
    return json.dumps(entities, separators=(",", ":")).encode()


def _with_id(entity: dict[str, Any], id_types: str) -> dict[str, Any]:
    if "id" not in entity:
        return entity
    return {**entity, "id": int(entity["id"]) if id_types == "integer" else str(entity["id"])}


def _zoned(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _zoned(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_zoned(item) for item in value]
    return f"{value}Z" if isinstance(value, str) and _NAIVE.fullmatch(value) else value
