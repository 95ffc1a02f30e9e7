"""Why a batch is bad, in words to count by and in sentences."""

from typing import NamedTuple

from mparticle_sandbox.core.events_api.shape.finding import Finding, Place


class Problem(NamedTuple):
    """`reason` is a word to count by, `message` a sentence without any value of the batch.

    `cause` is what mParticle's JSON reader says, with the value, of what stands at `place` in the batch; it is empty
    where the reader finds nothing wrong.
    """

    reason: str
    message: str
    cause: str = ""
    place: Place = ()


def problem_of(finding: Finding) -> Problem:
    """Return the problem of a batch in which something was found."""
    in_event = finding.place[2:] if finding.place[:1] == ("events",) and len(finding.place) > 1 else None
    reason = _batch_reason(finding) if in_event is None else _event_reason(finding, in_event)
    is_readers = finding.what in ("value", "unknown")
    return Problem(reason, _message(finding, in_event), finding.cause if is_readers else "", finding.place)


def _batch_reason(finding: Finding) -> str:
    if not finding.place:
        return "batch_not_an_object"
    if finding.place == ("events",) and finding.what == "many":
        return "too_many_events"
    if finding.what == "unknown" and len(finding.place) == 1:
        return "field_unknown"
    return f"{finding.place[0]}_invalid"


def _event_reason(finding: Finding, place: Place) -> str:
    if not place:
        return "event_not_an_object"
    if place == ("event_type",):
        return "event_type_missing" if finding.what == "missing" else "event_type_unknown"
    if finding.what == "variant":
        return "commerce_variant"
    if place == ("data",):
        return "data_missing"
    if finding.what in ("missing", "unknown"):
        return f"field_{finding.what}"
    return "attributes_invalid" if place[1] in ("custom_attributes", "custom_flags") else "field_invalid"


def _message(finding: Finding, in_event: Place | None) -> str:
    owner, place = ("Batch", finding.place) if in_event is None else ("Event", in_event)
    if not place:
        return f"{'A batch' if in_event is None else 'An event'} must be a JSON object."
    if finding.what in ("many", "variant"):
        return finding.cause
    if finding.what == "missing":
        return f'Required {owner.lower()} field "{place[-1]}" is missing or empty.'
    if finding.what == "unknown":
        return f'{owner} field "{place[-1]}" is not known.'
    field = place[1] if in_event is not None and len(place) > 1 else place[0]
    return f'{owner} field "{field}" has a value that is not allowed.'
