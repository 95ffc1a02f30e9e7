"""The sandbox states mParticle's facts on its own: here each is held against the destination, differences with reasons.

`test_facts_agree.py` does the same for the source.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

pytest.importorskip("mparticle_sandbox", reason="pip install ./sandbox")
pytest.importorskip("destination_mparticle", reason="pip install ./destination-mparticle")

import msgspec
from mparticle_sandbox.core.events_api.facts import limits
from mparticle_sandbox.core.events_api.facts.identities import DEVICE_IDENTITIES, IDENTITIES, SCHEMA_IDENTITIES
from mparticle_sandbox.core.events_api.schema.batch import BATCH
from mparticle_sandbox.core.events_api.schema.containers import Either, ListOf, MapOf, Record
from mparticle_sandbox.core.events_api.schema.event import DATA_BY_TYPE, Event
from mparticle_sandbox.core.events_api.schema.scalars import Scalar
from mparticle_sandbox.probe.config import API_URL, EVENTS_URLS, TOKEN_URL

from destination_mparticle.mparticle import identities, pods
from destination_mparticle.mparticle import limits as ours
from destination_mparticle.mparticle.model import BatchModel

TEMPLATE = Path(__file__).parents[1] / ".github" / "ISSUE_TEMPLATE" / "service_difference.yml"
MODEL = msgspec.json.schema(BatchModel)

SET_BY_MPARTICLE = "mParticle sets it itself, and takes it"
NOT_A_TYPE_TO_SEND = "the schema names the type without saying what its data is, so nothing can be mapped to it"
SAME_WORD = "two official clients write `customerid` for `customer_id`; the destination sends one of them"
NOT_NEEDED = "the reference or clients have it, and the service takes it; nobody has to send it"
# By the place of the fact: what only one side has, and why.
ONLY_IN_THE_SANDBOX = {
    "batch": dict.fromkeys(
        (
            "api_key",
            "api_keys",
            "batch_id",
            "job_id",
            "origin_mpid",
            "schema_version",
            "sdk_version",
            "source_info",
            "timestamp_unixtime_ms",
        ),
        SET_BY_MPARTICLE,
    ),
    "batch.user_identities": {"customerid": SAME_WORD},
    "event types": dict.fromkeys(("pre_attribution", "push_reaction"), NOT_A_TYPE_TO_SEND),
    "custom_event.custom_event_type": {"unknown": NOT_NEEDED},
}
ONLY_IN_THE_DESTINATION = {
    "batch requires": {
        "environment": "mParticle takes a batch without for production; the destination always says which"
    },
}


def _same(number: int) -> int:
    return number


# By the destination's name: the sandbox's name, and its value as the destination counts.
COMPARED_LIMITS: dict[str, tuple[str, Callable[[int], object]]] = {
    "REQUEST_BATCHES": ("BATCHES_PER_REQUEST", _same),
    "REQUEST_EVENTS": ("EVENTS_PER_BATCH", _same),
    "LIST_ENTRIES": ("USER_ATTRIBUTE_LIST_ENTRIES", _same),
    "BATCHES_PER_SECOND": ("BATCHES_PER_SECOND", _same),
    "BATCH_BYTES": ("BATCH_BYTES", _same),
    # The sandbox names the first size that is refused, the destination the last that passes.
    "REQUEST_BYTES": ("REQUEST_BYTES", lambda size: size - 1),
    "HISTORICAL_MINIMUM_AGE": ("HISTORICAL_AGE_MS", lambda age: timedelta(milliseconds=age)),
}
LIMITS_ONLY_IN_THE_SANDBOX = {"BATCHES_PER_SECOND_GROWTH": "mParticle publishes no number: the sandbox chose one"}
LIMITS_ONLY_IN_THE_DESTINATION = {
    **dict.fromkeys(
        ("ATTRIBUTES", "NAME_CHARACTERS", "VALUE_CHARACTERS", "LIST_ENTRY_CHARACTERS"),
        "beyond these mParticle takes the batch and cuts or drops a value, which the sandbox does not imitate",
    ),
    "HISTORICAL_AFTER": "the destination's choice of the endpoint",
    **dict.fromkeys(("INT64_MIN", "INT64_MAX"), "in the sandbox they are a part of the schema"),
}


def limit_names(module: ModuleType) -> set[str]:
    return {name for name in vars(module) if name.isupper()}


def sandbox_facts(node: Any = BATCH, place: str = "batch") -> Iterator[tuple[str, set[str]]]:
    """The names of fields and the closed sets of values in the sandbox's schema, each with its place."""
    if isinstance(node, Record):
        yield place, set(node.fields)
        yield f"{place} requires", {*node.required, *node.present}
        for name, field in node.fields.items():
            yield from sandbox_facts(field, f"{place}.{name}")
    elif isinstance(node, MapOf):
        yield from sandbox_facts(node.field_type, f"{place}.*")
    elif isinstance(node, ListOf):
        yield from sandbox_facts(node.field_type, place)
    elif isinstance(node, Either):
        yield from sandbox_facts(node.scalar, place)
        yield from sandbox_facts(node.list, place)
    elif isinstance(node, Event):
        yield from sandbox_events(node, place)
    elif isinstance(node, Scalar) and node.words:
        yield place, set(node.words)


def sandbox_events(node: Event, place: str) -> Iterator[tuple[str, set[str]]]:
    if node.event_type is None:
        yield "event types", set(DATA_BY_TYPE)
        for event_type, data in DATA_BY_TYPE.items():
            yield from sandbox_facts(data, event_type)
        return
    yield place, {"event_type", "data"}
    yield f"{place} requires", {"event_type", "data"}
    yield f"{place}.event_type", {node.event_type}
    yield from sandbox_facts(DATA_BY_TYPE[node.event_type], f"{place}.data")


def destination_facts(node: Any = MODEL, place: str = "batch") -> Iterator[tuple[str, set[str]]]:
    """The same of the destination's model, from its JSON Schema."""
    node = MODEL["$defs"][node["$ref"].rpartition("/")[2]] if "$ref" in node else node
    if "discriminator" in node:
        mapping = node["discriminator"]["mapping"]
        yield "event types", set(mapping)
        for event_type, reference in mapping.items():
            event = MODEL["$defs"][reference.rpartition("/")[2]]
            yield from destination_facts(event["properties"]["data"], event_type)
        return
    if "properties" in node:
        yield place, set(node["properties"])
        yield f"{place} requires", set(node.get("required", ()))
    for name, field in node.get("properties", {}).items():
        yield from destination_facts(field, f"{place}.{name}")
    for each in node.get("anyOf", ()):
        yield from destination_facts(each, place)
    if isinstance(node.get("additionalProperties"), dict):
        yield from destination_facts(node["additionalProperties"], f"{place}.*")
    if "items" in node:
        yield from destination_facts(node["items"], place)
    if "enum" in node:
        yield place, set(node["enum"])


THEIRS, OURS = dict(sandbox_facts()), dict(destination_facts())
SHARED = THEIRS.keys() & OURS.keys()


def only_in(facts: dict[str, set[str]], others: dict[str, set[str]]) -> dict[str, set[str]]:
    return {place: facts[place] - others[place] for place in SHARED if facts[place] - others[place]}


def is_inside(place: str, reasons: dict[str, dict[str, str]]) -> bool:
    """Whether a place lies inside of something that is listed as known to one side only."""
    return any(
        f"{place}.".startswith((f"{name}.", f"{name} ") if owner == "event types" else f"{owner}.{name}.")
        for owner, names in reasons.items()
        for name in names
    )


def test_fields_words_and_event_types_differ_only_where_a_reason_says_why() -> None:
    assert only_in(THEIRS, OURS) == {place: set(reasons) for place, reasons in ONLY_IN_THE_SANDBOX.items()}
    assert only_in(OURS, THEIRS) == {place: set(reasons) for place, reasons in ONLY_IN_THE_DESTINATION.items()}


def test_everything_else_that_the_schemas_say_is_compared() -> None:
    assert len(SHARED) > 80
    without_suffix = {place.removesuffix(" requires") for place in THEIRS.keys() - OURS.keys()}
    assert {place for place in without_suffix if not is_inside(place, ONLY_IN_THE_SANDBOX)} == set()
    assert OURS.keys() - THEIRS.keys() == set()


def test_the_limits_differ_only_as_the_two_sides_count_them() -> None:
    theirs = {name: read(getattr(limits, their_name)) for name, (their_name, read) in COMPARED_LIMITS.items()}
    assert theirs == {name: getattr(ours, name) for name in COMPARED_LIMITS}


def test_every_limit_is_compared_or_has_a_reason_not_to_be() -> None:
    their_compared = {their_name for their_name, _ in COMPARED_LIMITS.values()}
    assert limit_names(limits) - their_compared == set(LIMITS_ONLY_IN_THE_SANDBOX)
    assert limit_names(ours) - set(COMPARED_LIMITS) == set(LIMITS_ONLY_IN_THE_DESTINATION)


def test_both_know_the_same_pods_and_addresses() -> None:
    assert (pods.EVENTS_URLS, pods.PLATFORM_API_URL, pods.TOKEN_URL) == (EVENTS_URLS, API_URL, TOKEN_URL)


def test_the_template_for_reports_about_the_service_names_every_pod() -> None:
    template = yaml.safe_load(TEMPLATE.read_text(encoding="utf-8"))
    (field,) = [field for field in template["body"] if field.get("id") == "pod"]
    assert re.split(r", | or ", field["attributes"]["placeholder"]) == list(pods.EVENTS_URLS)


def test_both_know_the_same_identities() -> None:
    assert set(identities.USER_IDENTITIES) == set(SCHEMA_IDENTITIES)
    assert set(identities.OTHER_SPELLINGS) == set(IDENTITIES) - set(SCHEMA_IDENTITIES)
    assert set(DEVICE_IDENTITIES) < set(identities.DEVICE_IDENTITIES)
    # The sandbox names a user by what identifies one device; these identify a publisher, a browser or an installation.
    assert set(identities.DEVICE_IDENTITIES) - set(DEVICE_IDENTITIES) == {
        *("amp_id", "push_token", "microsoft_publisher_id", "roku_publisher_id"),
    }
