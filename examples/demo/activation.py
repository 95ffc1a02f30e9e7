"""What goes back to mParticle: tables that SQL makes in the warehouse, and how their rows become users and events."""

from pathlib import Path
from typing import Any

import duckdb
from mparticle_sandbox.testing import stream_mapping

SCHEMA = "to_mparticle"
_MODELS = Path(__file__).parent / "models"

# By model; the destination's option `streams` takes it.
_MAPPINGS: dict[str, dict[str, Any]] = {
    "engagement_scores": {
        "object": "user",
        "fields": {
            "mpid": "{mpid}",
            "user_attributes.engagement_score": "{score}",
            "user_attributes.engagement_segment": "{segment}",
        },
    },
    "ended_memberships": {
        "object": "custom_event",
        "fields": {
            "mpid": "{mpid}",
            "event_name": "{event}",
            "timestamp": "{noticed_at}",
            "custom_attributes.audience": "{audience}",
            "custom_attributes.ended_on": "{ended_on}",
        },
    },
}

# Each with the object that its rows become.
MODELS = {model: str(mapping["object"]) for model, mapping in _MAPPINGS.items()}


def stream_mappings() -> list[dict[str, Any]]:
    """The destination's option `streams`."""
    return [stream_mapping(model, mapping["object"], mapping["fields"]) for model, mapping in _MAPPINGS.items()]


def build_models(database: Path) -> dict[str, int]:
    """Make every model's table anew from its SQL file; their numbers of rows."""
    with duckdb.connect(str(database)) as connection:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        for model in MODELS:
            query = (_MODELS / f"{model}.sql").read_text(encoding="utf-8")
            connection.execute(f"CREATE OR REPLACE TABLE {SCHEMA}.{model} AS {query}")
        return {model: len(connection.table(f"{SCHEMA}.{model}")) for model in MODELS}
