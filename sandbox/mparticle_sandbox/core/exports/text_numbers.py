"""Large numbers as text, as some of mParticle's own examples have them: `"timestamp_unixtime_ms":"1595542763908"`."""

from typing import Any

_BATCH = ("timestamp_unixtime_ms", "batch_id", "mpid")
_IDENTITY = ("timestamp_unixtime_ms",)
_DATA = (
    "timestamp_unixtime_ms", "event_id", "session_id", "session_start_unixtime_ms", "event_start_unixtime_ms",
)  # fmt: skip


def with_text_numbers(batch: dict[str, Any]) -> dict[str, Any]:
    """Return an outbound batch whose ids and times are text."""
    return {
        **_as_text(batch, _BATCH),
        "user_identities": [_as_text(identity, _IDENTITY) for identity in batch["user_identities"]],
        "events": [{**event, "data": _as_text(event["data"], _DATA)} for event in batch["events"]],
    }


def _as_text(content: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return content | {name: str(content[name]) for name in names if type(content.get(name)) is int}
