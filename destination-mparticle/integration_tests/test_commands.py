import json
import time
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess

from destination_mparticle.commands import failed_checks

from .harness import EVENTS, catalog, config, files, record, run, state

NOW = int(time.time() * 1000)
THREE_LINES = (
    record("events", customer="c-1", name="Joined", at=NOW, big=9223372036854775807)
    + record("users", customer="c-1", tier="gold")
    + state("events", cursor=7, id=42)
)


@pytest.fixture
def paths(sandbox: SandboxProcess, tmp_path: Path) -> Any:
    return files(tmp_path, config(sandbox), catalog())


def test_three_lines_give_two_batches_and_the_echoed_state(sandbox: SandboxProcess, paths: list[str]) -> None:
    outcome = run("write", *paths, stdin=THREE_LINES)

    assert outcome.code == 0
    upsert, event = sorted(sandbox.user("customer_id:c-1"), key=lambda batch: len(batch["events"]))
    assert upsert["user_attributes"] == {"tier": "gold"}
    assert event["events"][0]["data"]["custom_attributes"] == {"big": 9223372036854775807}
    assert outcome.states == [
        {
            **json.loads(state("events", cursor=7, id=42)),
            "state": {
                **json.loads(state("events", cursor=7, id=42))["state"],
                "destinationStats": {"recordCount": 1.0, "rejectedRecordCount": 0.0},
            },
        }
    ]


def test_preview_prints_the_batches_that_write_sends_and_sends_nothing(sandbox: SandboxProcess, tmp_path: Path) -> None:
    lines = THREE_LINES + record("events", customer="c-2", name="Joined", at="yesterday")
    paths = files(tmp_path, config(sandbox, on_rejected="skip"), catalog(sync_id=5))

    shown = run("preview", *paths, stdin=lines)
    assert sandbox.requests()["total"] == 0
    run("write", *paths, stdin=lines)

    batches = [line["batch"] for line in shown.lines if "batch" in line]
    assert sorted(map(_content, batches)) == sorted(map(_content, sandbox.batches()))
    assert [line["rejected_reason"] for line in shown.lines if "rejected_reason" in line] == ["bad_timestamp"]


def _content(batch: Any) -> Any:
    """A batch as text, an upsert without its id, which is new whenever it is made."""
    ids = () if batch["events"] else ("source_request_id",)
    return json.dumps({name: value for name, value in batch.items() if name not in ids})


def test_check_says_that_the_credentials_are_wrong_and_where_to_look(sandbox: SandboxProcess, tmp_path: Path) -> None:
    paths = files(tmp_path, config(sandbox, api_secret="not-the-secret-value"), catalog())

    started = time.monotonic()
    status = run("check", *paths[:2]).of("CONNECTION_STATUS")[0]["connectionStatus"]

    assert time.monotonic() - started < 10
    assert status["status"] == "FAILED"
    assert all(word in status["message"] for word in ("api_key", "api_secret", "US1"))
    assert "not-the-secret-value" not in status["message"]


def test_check_passes_without_putting_data_into_production(sandbox: SandboxProcess, tmp_path: Path) -> None:
    paths = files(tmp_path, config(sandbox, environment="production"), catalog())

    assert run("check", *paths[:2]).of("CONNECTION_STATUS")[0]["connectionStatus"]["status"] == "SUCCEEDED"

    assert [(batch["environment"], batch["events"]) for batch in sandbox.batches()] == [("development", [])]


def test_check_names_every_problem_at_once(sandbox: SandboxProcess, tmp_path: Path) -> None:
    broken = config(
        sandbox,
        {"stream": "events", "object": "custom_event", "fields": [{"field": "nme", "value": "{x}"}]},
        object_storage_config={"storage_type": "Local", "destination_path": "/proc/nowhere"},
        platform={"client_id": "a-client", "client_secret": "wrong-secret", "account_id": "1"},
        token_url=f"{sandbox.url}/oauth/token",
    )

    message = run("check", *files(tmp_path, broken, catalog())[:2]).of("CONNECTION_STATUS")[0]["connectionStatus"][
        "message"
    ]

    assert "no field `nme`" in message
    assert "object_storage_config" in message
    assert "`platform`" in message


@pytest.mark.parametrize(
    ("store", "place"),
    [
        ({"storage_type": "Local", "destination_path": "/proc/nowhere"}, "the folder `/proc/nowhere`"),
        (
            {
                "storage_type": "S3",
                "s3_bucket_name": "rejects",
                "bucket_path": "/a/b/",
                "s3_endpoint": "http://127.0.0.1:9",
                "access_key_id": "an-access-key",
                "secret_access_key": "a-secret-key",
            },
            "`s3://rejects/a/b`",
        ),
    ],
    ids=["folder", "bucket"],
)
def test_check_names_the_place_that_rejected_records_cannot_be_written_to(
    sandbox: SandboxProcess, store: Any, place: Any
) -> None:
    (message,) = failed_checks(config(sandbox, object_storage_config=store))

    assert f"Store for Rejected Records (`object_storage_config`): {place} cannot be written to" in message
    assert "an-access-key" not in message
    assert "a-secret-key" not in message


def test_slips_of_a_mapping_are_errors_of_check_and_oddities_are_in_its_log(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    slips = {"stream": "a", "object": "user", "fields": [{"field": "customer_id", "value": "id"}]}
    oddities = {
        "stream": "b",
        "object": "user",
        "fields": [{"field": "email", "value": "{mail}"}, {"field": "user_attributes.$frstname", "value": "{name}"}],
    }

    outcome = run("check", *files(tmp_path, config(sandbox, slips, oddities), catalog())[:2])

    (message,) = outcome.of("CONNECTION_STATUS")
    assert "so all records would go to a single profile" in message["connectionStatus"]["message"]
    assert "firstname" not in message["connectionStatus"]["message"]
    (logged,) = outcome.logs("WARN")
    assert "Did you mean `$firstname`?" in logged


def test_a_column_that_the_catalog_lacks_ends_write_and_preview_before_the_first_record(
    sandbox: SandboxProcess, tmp_path: Path
) -> None:
    schema: dict[str, Any] = {"properties": {"custmer": {}, "name": {}, "at": {}}}
    paths = files(tmp_path, config(sandbox, EVENTS), catalog("events", schema=schema))

    for command in ("write", "preview"):
        outcome = run(command, *paths, stdin=THREE_LINES)
        assert outcome.error["failure_type"] == "config_error"
        assert "`customer_id` is mapped from the column `customer`" in outcome.error["message"]
        assert "Did you mean `custmer`?" in outcome.error["message"]
    assert sandbox.requests()["total"] == 0


def test_a_column_that_no_record_had_is_told_at_the_end(sandbox: SandboxProcess, tmp_path: Path) -> None:
    slip = {**EVENTS, "fields": [*EVENTS["fields"], {"field": "user_attributes.tier", "value": "{teir}"}]}

    outcome = run("write", *files(tmp_path, config(sandbox, slip), catalog("events")), stdin=_events(3))

    assert outcome.code == 0
    assert outcome.logs("WARN") == [
        "0 of 3 records of stream events had the column `teir`, which `user_attributes.tier` is mapped from."
    ]


def test_a_rejected_record_is_shown_with_the_column_that_its_field_is_mapped_from(
    sandbox: SandboxProcess, paths: list[str]
) -> None:
    shown = run("preview", *paths, stdin=record("events", customer="c-1", name="Joined", at="soon"))

    (line,) = [line for line in shown.lines if "rejected_reason" in line]
    assert (line["rejected_field"], line["rejected_column"]) == ("timestamp", "at")


@pytest.mark.parametrize("on_rejected", ["skip", "fail"])
def test_without_a_store_the_log_says_why_and_where_records_were_rejected(
    sandbox: SandboxProcess, tmp_path: Path, on_rejected: Any
) -> None:
    paths = files(tmp_path, config(sandbox, on_rejected=on_rejected), catalog())
    good, no_one, no_time = (
        record("events", customer=customer, name="Joined", at=at, note="very-private")
        for customer, at in (("c-1", NOW), (None, NOW), ("c-1", "private-time"))
    )

    outcome = run("write", *paths, stdin=good + no_one + record("users", customer="c-1") + no_time + no_one * 6)

    assert outcome.code == (1 if on_rejected == "fail" else 0)
    (warning,) = outcome.logs("WARN")
    assert warning == (
        "Rejected records of stream events, counted from 1: missing_identity 7, at 2, 4, 5, 6, 7, ...; "
        "bad_timestamp 1, at 3. Fill in Store for Rejected Records (`object_storage_config`) to keep such records."
    )
    assert "private" not in json.dumps(outcome.lines)


@pytest.mark.parametrize("secret", ["e", "type", '"'])
def test_a_short_secret_is_refused_in_messages_that_are_readable(
    sandbox: SandboxProcess, tmp_path: Path, secret: Any
) -> None:
    paths = files(tmp_path, config(sandbox, api_secret=secret), catalog())
    refused = "API Secret (`api_secret`) must have at least 8 characters; a shorter secret cannot be hidden in logs."

    status = run("check", *paths[:2]).of("CONNECTION_STATUS")[0]["connectionStatus"]
    outcome = run("write", *paths, stdin=THREE_LINES)

    assert (status["status"], status["message"]) == ("FAILED", refused)
    assert (outcome.code, outcome.error["failure_type"], outcome.error["message"]) == (1, "config_error", refused)
    assert sandbox.requests()["total"] == 0


def _events(count: int) -> Any:
    return b"".join(record("events", customer=f"c-{n}", name="Joined", at=NOW) for n in range(count))


def test_wrong_credentials_end_a_write_with_a_configuration_error(sandbox: SandboxProcess, tmp_path: Path) -> None:
    paths = files(tmp_path, config(sandbox, api_secret="not-the-secret-value"), catalog())

    outcome = run("write", *paths, stdin=THREE_LINES)

    assert outcome.code == 1
    assert outcome.states == []
    assert outcome.error["failure_type"] == "config_error"
    assert "US1" in outcome.error["message"]


def test_a_broken_line_is_named_by_its_number_and_never_quoted(sandbox: SandboxProcess, paths: list[str]) -> None:
    outcome = run("write", *paths, stdin=THREE_LINES + b'{"type": "RECORD", ann@example.com\n')

    assert outcome.code == 1
    assert "line 4" in outcome.error["message"]
    assert "ann@example.com" not in json.dumps(outcome.lines)


def test_no_value_of_a_record_is_ever_printed(sandbox: SandboxProcess, paths: list[str]) -> None:
    lines = b"".join(
        record("events", customer=customer, name="Joined", at=at, note="very-private")
        for customer, at in (("private-id", NOW), (None, NOW), ("private-id", "private-time"))
    )

    outcome = run("write", *paths, stdin=lines)

    assert outcome.error["failure_type"] == "config_error"
    assert "private" not in json.dumps(outcome.lines)
    assert sandbox.api_secret not in json.dumps(outcome.lines)


def test_discover_prints_operations_that_a_sync_can_be_built_from(paths: list[str]) -> None:
    operations = run("discover", *paths[:2]).lines[0]["destination_catalog"]["operations"]

    assert {(operation["object_name"], operation["sync_mode"]) for operation in operations} == {
        ("event_batch", "append"),
        ("custom_event", "append"),
        ("screen_view", "append"),
        ("commerce_event", "append"),
        ("user", "append"),
        ("user", "update"),
        ("account", "append"),
        ("account", "update"),
        ("account", "soft_delete"),
    }
    update = next(operation for operation in operations if operation["sync_mode"] == "update")
    assert ["email"] in update["matching_keys"]
    assert {key for (key,) in update["matching_keys"]} <= update["json_schema"]["properties"].keys()
