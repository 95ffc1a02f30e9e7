"""Why a batch is invalid: a reason to count by, and a sentence."""

from typing import NamedTuple

from mparticle_sandbox.core.events_api.schema.violation import JsonPath, Violation


class BatchError(NamedTuple):
    """`reason` is what reports count by, `message` a sentence without any value of the batch.

    `cause` is what mParticle's JSON reader says, with the value, of what stands at `path` in the batch; it is empty
    where the reader finds nothing wrong.
    """

    reason: str
    message: str
    cause: str = ""
    path: JsonPath = ()


def batch_error_of(violation: Violation) -> BatchError:
    """Return the error of a batch that violates the schema."""
    in_event = violation.path[2:] if violation.path[:1] == ("events",) and len(violation.path) > 1 else None
    reason = _batch_reason(violation) if in_event is None else _event_reason(violation, in_event)
    is_readers = violation.what in ("value", "unknown")
    return BatchError(reason, _message(violation, in_event), violation.cause if is_readers else "", violation.path)


def _batch_reason(violation: Violation) -> str:
    if not violation.path:
        return "batch_not_an_object"
    if violation.path == ("events",) and violation.what == "many":
        return "too_many_events"
    if violation.what == "unknown" and len(violation.path) == 1:
        return "field_unknown"
    return f"{violation.path[0]}_invalid"


def _event_reason(violation: Violation, path: JsonPath) -> str:
    if not path:
        return "event_not_an_object"
    if path == ("event_type",):
        return "event_type_missing" if violation.what == "missing" else "event_type_unknown"
    if violation.what == "variant":
        return "commerce_variant"
    if path == ("data",):
        return "data_missing"
    if violation.what in ("missing", "unknown"):
        return f"field_{violation.what}"
    return "attributes_invalid" if path[1] in ("custom_attributes", "custom_flags") else "field_invalid"


def _message(violation: Violation, in_event: JsonPath | None) -> str:
    owner, path = ("Batch", violation.path) if in_event is None else ("Event", in_event)
    if not path:
        return f"{'A batch' if in_event is None else 'An event'} must be a JSON object."
    if violation.what in ("many", "variant"):
        return violation.cause
    if violation.what == "missing":
        return f'Required {owner.lower()} field "{path[-1]}" is missing or empty.'
    if violation.what == "unknown":
        return f'{owner} field "{path[-1]}" is not known.'
    field = path[1] if in_event is not None and len(path) > 1 else path[0]
    return f'{owner} field "{field}" has a value that is not allowed.'
