"""The platform's part in data activation, played: discover, pick an operation, map the columns, write, look."""

import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from mparticle_sandbox import SandboxProcess

from reliability.stored import account_names

from .harness import files, record, run, state, with_platform, written

NOW = int(time.time() * 1000)
MAPPED: dict[tuple[str, str], dict[str, Any]] = {
    ("event_batch", "append"): {
        "user_identities": {"customer_id": "raw"},
        "events": [{"event_type": "custom_event", "data": {"event_name": "Raw", "custom_event_type": "other"}}],
    },
    ("custom_event", "append"): {
        "customer_id": "custom",
        "event_name": "Joined",
        "timestamp": NOW,
        "custom_attributes": {"shop": "Oslo"},
        "coupon": "SPRING",
    },
    ("screen_view", "append"): {"email": "screen@example.com", "screen_name": "Home", "timestamp": NOW},
    ("commerce_event", "append"): {
        "customer_id": "commerce",
        "action": "purchase",
        "transaction_id": "T-1",
        "total_amount": 9.5,
        "products": [{"id": "p-1", "name": "Cup", "price": 9.5, "quantity": 1}],
    },
    ("user", "append"): {"customer_id": "added", "user_attributes": {"$city": "Oslo"}, "tier": "gold"},
    ("user", "update"): {"email": "changed@example.com", "tier": "silver"},
    ("account", "append"): {"name": "Duty Free"},
    ("account", "update"): {"id": 1202, "name": "Travel Retail"},
    ("account", "soft_delete"): {"id": 1203},
}
"""A record for every operation, as it is after the platform has mapped it: columns are named after fields."""

MATCHED_BY = {("user", "update"): ["email"], ("account", "update"): ["id"], ("account", "soft_delete"): ["id"]}


@pytest.fixture
def settings(sandbox: SandboxProcess) -> Any:
    return with_platform(sandbox, streams=[])


@pytest.fixture(scope="session")
def discovered(running_sandbox: SandboxProcess, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The operations that `discover` prints, by object and sync mode."""
    paths = files(tmp_path_factory.mktemp("discover"), with_platform(running_sandbox, streams=[]), {})
    (message,) = [line for line in run("discover", *paths[:2]).lines if line["type"] == "DESTINATION_CATALOG"]
    operations = message["destination_catalog"]["operations"]
    return {(operation["object_name"], operation["sync_mode"]): operation for operation in operations}


def configured(operation: Any, columns: Any, key: Any = ()) -> Any:
    """One stream of the configured catalog, as the platform makes it of a picked operation."""
    properties = operation["json_schema"]["properties"]
    schema = {"type": "object", "properties": {name: properties.get(name, {"type": "string"}) for name in columns}}
    return {
        "stream": {"name": _name(operation), "json_schema": schema, "supported_sync_modes": ["full_refresh"]},
        "sync_mode": "full_refresh",
        "destination_sync_mode": operation["sync_mode"],
        "destination_object_name": operation["object_name"],
        "primary_key": [list(key)] if key else [],
    }


def _name(operation: Any) -> Any:
    return f"{operation['object_name']}_{operation['sync_mode']}"


def test_there_is_a_record_here_for_every_operation_and_it_fits_its_schema(discovered: Any) -> None:
    assert discovered.keys() == MAPPED.keys()
    for picked, operation in discovered.items():
        jsonschema.validate(MAPPED[picked], operation["json_schema"])


def test_operations_that_change_something_name_the_keys_to_find_it_by(discovered: Any) -> None:
    keys = {picked: operation.get("matching_keys") for picked, operation in discovered.items()}
    assert {picked for picked, found in keys.items() if found} == MATCHED_BY.keys()
    assert all(key in keys[picked] for picked, key in MATCHED_BY.items())


def test_every_object_and_every_operation_arrives_as_it_was_picked(
    sandbox: SandboxProcess, settings: dict[str, Any], discovered: Any, tmp_path: Path
) -> None:
    catalog = {
        "streams": [configured(discovered[picked], MAPPED[picked], MATCHED_BY.get(picked, ())) for picked in MAPPED]
    }
    names = {picked: _name(discovered[picked]) for picked in MAPPED}
    lines = [record(names[picked], **data) + state(names[picked], done=1) for picked, data in MAPPED.items()]

    outcome = run("write", *files(tmp_path, settings, catalog), stdin=b"".join(lines))

    assert outcome.code == 0
    assert [line["state"]["destinationStats"] for line in outcome.states] == [
        {"recordCount": 1.0, "rejectedRecordCount": 0.0}
    ] * len(MAPPED)
    report = sandbox.events_report()
    assert (report["silently_dropped"], report["batches_refused"]) == ({}, {})
    assert _events_of(sandbox, "customer_id:raw") == [("custom_event", "Raw")]
    assert _events_of(sandbox, "customer_id:custom") == [("custom_event", "Joined")]
    assert _events_of(sandbox, "email:screen@example.com") == [("screen_view", "Home")]
    assert _events_of(sandbox, "customer_id:commerce") == [("commerce_event", "T-1")]
    assert sandbox.user("customer_id:added")[0]["user_attributes"] == {"$city": "Oslo", "tier": "gold"}
    assert sandbox.user("email:changed@example.com")[0]["user_attributes"] == {"tier": "silver"}
    assert {id_: name for id_, name in account_names(sandbox).items() if id_ != 1201} == {
        1202: "Travel Retail",
        1204: "Duty Free",
    }


def test_columns_that_are_no_fields_become_attributes_of_an_event(
    sandbox: SandboxProcess, settings: dict[str, Any], discovered: Any
) -> None:
    picked = ("custom_event", "append")

    written(settings, {"streams": [configured(discovered[picked], MAPPED[picked])]}, [_record(picked)])

    (event,) = sandbox.user("customer_id:custom")[0]["events"]
    assert event["data"]["custom_attributes"] == {"shop": "Oslo", "coupon": "SPRING"}


@pytest.mark.parametrize("picked", [picked for picked in MAPPED if picked[0] != "event_batch"], ids="_".join)
def test_a_stream_without_the_columns_that_an_operation_needs_is_refused(
    sandbox: SandboxProcess, settings: dict[str, Any], discovered: Any, picked: Any
) -> None:
    catalog = {"streams": [configured(discovered[picked], ["unrelated"], MATCHED_BY.get(picked, ()))]}

    states, failure = written(settings, catalog, [record(_name(discovered[picked]), unrelated="x")])

    assert states == []
    assert failure.failure_type.value == "config_error"
    assert "map " in str(failure)
    assert sandbox.requests()["total"] == 0


@pytest.mark.parametrize("picked", MATCHED_BY, ids="_".join)
def test_a_matching_key_that_finds_nothing_is_refused(
    sandbox: SandboxProcess, settings: dict[str, Any], discovered: Any, picked: Any
) -> None:
    catalog = {"streams": [configured(discovered[picked], MAPPED[picked], ["tier"])]}

    _, failure = written(settings, catalog, [_record(picked)])

    assert "`tier` cannot be the matching key" in str(failure)
    assert sandbox.requests()["total"] == 0


def _record(picked: Any) -> Any:
    return record("_".join(picked), **MAPPED[picked])


def _events_of(sandbox: SandboxProcess, user: Any) -> Any:
    """What happened, by type and by what names it."""
    events = [event for batch in sandbox.user(user) for event in batch["events"]]
    return [(event["event_type"], _naming(event["data"])) for event in events]


def _naming(data: Any) -> Any:
    if "product_action" in data:
        return data["product_action"]["transaction_id"]
    return data.get("event_name") or data["screen_name"]
