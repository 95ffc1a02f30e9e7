"""Helper: the one list of differences between mParticle's published schema and the sandbox, each with its reason."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from mparticle_sandbox.published_schema import VARIANTS

from tests.helpers.schema_examples import Change

Applies = Callable[[Change], bool]


class Difference(NamedTuple):
    """`why` the sandbox has another verdict than the schema, and which single changes of a good batch show it."""

    name: str
    why: str
    applies: Applies


_NAMES = {
    "event_type",
    "event_name",
    "label",
    "plan_id",
    "registration_token",
    "screen_name",
    "url",
    "user_attribute_name",
}
_NOT_NULL = {"register", "consented", "timestamp_unixtime_ms"}
_WORDS = {"custom_event_type": {"attribution", "unknown"}, "channel": {"unknown"}}
_SEEN_FIELDS = {("schema_version",), ("user_identities", "customerid")}
_ONLY_LISTED_EVENTS = {"pre_attribution", "push_reaction"}


def _last(change: Change) -> str | int | None:
    return change.place[-1] if change.place else None


def _is_no_object(change: Change) -> bool:
    """Whether no object stands where the schema describes one and forgets to ask for it, here or one level down."""
    new = change.new
    items = new if isinstance(new, list) else new.values() if isinstance(new, dict) else ()
    stood = isinstance(change.old, dict) or change.old is None or change.place[-2:-1] in (("gdpr",), ("ccpa",))
    return (stood and new is not ... and not isinstance(new, dict)) or any(not isinstance(item, dict) for item in items)


def _has_no_variant(change: Change) -> bool:
    """Whether the change takes from a commerce event what makes it one, or adds a second variant."""
    if not VARIANTS.isdisjoint(change.place):
        return change.new is ... or not change.new or change.old is ...
    is_data = len(change.place) == 3 and change.place[-1] == "data"
    event = change.content["events"][change.place[1]] if is_data else {}
    emptied = isinstance(change.new, dict) and VARIANTS.isdisjoint(change.new)
    return emptied and event.get("event_type") == "commerce_event"


def _has_too_many(change: Change) -> bool:
    most = 100 if change.place == ("events",) else 1000 if change.place[:1] == ("user_attributes",) else None
    return most is not None and isinstance(change.new, list) and len(change.new) > most


STRICTER = (
    Difference(
        "no object where the schema forgets to ask for one",
        "the schema lacks `type: object`, and nothing else could be meant",
        _is_no_object,
    ),
    Difference(
        "whole number written as 1.0 or 1e308",
        "documented as integers of 64 bits",
        lambda change: isinstance(change.new, float) and change.new.is_integer(),
    ),
    Difference(
        "integer beyond 64 bits",
        "documented as integers of 64 bits",
        lambda change: type(change.new) is int and not -(2**63) <= change.new < 2**63,
    ),
    Difference(
        "empty text where a name is required",
        "the documented error says `missing or empty`",
        lambda change: str(_last(change)) in _NAMES and change.new == "",
    ),
    Difference(
        "null where the reference requires a value",
        "the reference requires them",
        lambda change: str(_last(change)) in _NOT_NULL and change.new is None,
    ),
    Difference("not exactly one commerce variant", "exactly one is documented", _has_no_variant),
    Difference("more events or list entries than the limit", "documented limits", _has_too_many),
)
"""The schema accepts and the sandbox refuses."""

LAXER = (
    Difference(
        "words that the reference or clients know",
        "the reference has them, or official clients send them",
        lambda change: isinstance(change.new, str) and change.new in _WORDS.get(str(_last(change)), ()),
    ),
    Difference(
        "response_code and gps_state as text",
        "the reference has text where the schema has an integer and a boolean",
        lambda change: _last(change) in ("response_code", "gps_state") and not isinstance(change.new, (dict, list)),
    ),
    Difference(
        "ip of null",
        "documented; the schema's oneOf forbids it by accident",
        lambda change: change.place == ("ip",) and change.new is None,
    ),
    Difference(
        "schema_version and customerid",
        "the live service was seen to accept them",
        lambda change: change.place in _SEEN_FIELDS and change.old is ... and not isinstance(change.new, (dict, list)),
    ),
    Difference(
        "event types without a description",
        "the schema names them in its list of types only",
        lambda change: (
            len(change.place) == 2
            and isinstance(change.new, dict)
            and change.new.get("event_type") in _ONLY_LISTED_EVENTS
        ),
    ),
)
"""The schema refuses and the sandbox accepts."""


BEYOND_SINGLE_CHANGES = {
    "more events or list entries than the limit",
    "schema_version and customerid",
    "event types without a description",
}
"""Differences that only the corpus shows: the changes of `schema_examples.py` add no known name and no long list."""


def difference(change: Change, *, sandbox_accepts: bool) -> str | None:
    """The name of the difference that explains why schema and sandbox disagree about a change, or None."""
    known: Iterable[Difference] = LAXER if sandbox_accepts else STRICTER
    return next((each.name for each in known if each.applies(change)), None)


def is_disputed(change: Change) -> bool:
    """Whether any difference applies, so that the verdicts need not be the same."""
    return any(each.applies(change) for each in (*LAXER, *STRICTER))
