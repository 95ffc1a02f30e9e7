import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess

from destination_mparticle.commands import failed_checks
from reliability.stored import account_names

from .account_syncs import ALL, CREATE, DELETE, RENAME, stats
from .harness import (
    EVENTS,
    catalog,
    config,
    contents,
    files,
    record,
    run,
    state,
    with_platform,
    written,
)

NOW = int(time.time() * 1000)


def test_accounts_are_created_renamed_and_deleted_in_the_order_of_the_records(
    sandbox: SandboxProcess, all_three: dict[str, Any]
) -> None:
    lines = [
        record("new", name="North"),
        record("names", id=1204, name="South"),
        record("new", name="North"),
        record("gone", id="1204"),
        state("gone", done=1),
    ]

    states, failure = written(all_three, ALL, lines)

    assert failure is None
    assert stats(states[0]) == {"recordCount": 1.0, "rejectedRecordCount": 0.0}
    assert {id_: name for id_, name in account_names(sandbox).items() if id_ > 1203} == {1205: "North"}
    requests = [(entry["method"], entry["path"], entry["query"]) for entry in sandbox.requests()["requests"]]
    assert ("POST", "/v1/accounts", "") in requests
    assert ("PUT", "/v1/accounts/1204", "accountId=1204") in requests
    assert ("DELETE", "/v1/accounts", "accountId=1204") in requests


def test_all_account_streams_of_a_run_share_one_token(sandbox: SandboxProcess, all_three: dict[str, Any]) -> None:
    written(all_three, ALL, [record("new", name="A"), record("names", id=1202, name="B"), record("gone", id=1203)])

    assert sandbox.requests()["by_route"]["POST /oauth/token"] == 1


def test_what_the_rules_of_mparticle_forbid_is_rejected_with_its_message(
    sandbox: SandboxProcess, all_three: dict[str, Any], tmp_path: Path
) -> None:
    taken = account_names(sandbox)[1202]
    store = {"storage_type": "Local", "destination_path": str(tmp_path)}
    lines = [
        record("new", name=taken),
        record("names", id=1203, name=taken),
        record("names", id=9999, name="Nobody"),
        record("gone", id=1201),
    ]

    _, failure = written({**all_three, "object_storage_config": store, "on_rejected": "skip"}, ALL, lines)

    assert failure is None
    kept = [json.loads(line) for path in tmp_path.rglob("*.jsonl") for line in path.read_text().splitlines()]
    assert sorted((entry["stream"], entry["rejected_message"]) for entry in kept) == [
        ("gone", "The account still has applications; delete them first."),
        ("names", "Another account of the organization already has this name."),
        ("names", "The account 9999 does not exist in this account."),
        ("new", "Another account of the organization already has this name."),
    ]


def test_records_without_what_they_need_are_rejected_and_never_sent(
    sandbox: SandboxProcess, all_three: dict[str, Any]
) -> None:
    lines = [
        record("new", name=" "),
        record("new", title="x"),
        record("names", id=1202, name=None),
        record("gone", id="twelve"),
        record("gone", id=-5),
        record("gone", id=True),
    ]

    _, failure = written(all_three, ALL, lines)

    assert "6 of 6 records were rejected" in str(failure)
    for count in ("missing_field in `name`", "bad_value in `id`"):
        assert count in str(failure)
    assert sandbox.requests()["total"] == 0


def test_after_a_refused_change_no_other_is_sent_where_a_reject_ends_the_sync(
    sandbox: SandboxProcess, all_three: dict[str, Any]
) -> None:
    lines = [record("new", name="First"), record("gone", id=1201), record("new", name="Never"), state("new", done=1)]

    states, failure = written(all_three, ALL, lines)

    assert states == []
    assert "1 of 3 records were rejected: refused_by_mparticle: 1. " in str(failure)
    assert "accepted: 1, valid but not sent: 1" in str(failure)
    assert {"First", "Never"} & set(account_names(sandbox).values()) == {"First"}


def test_a_state_of_accounts_waits_for_the_answer(sandbox: SandboxProcess, all_three: dict[str, Any]) -> None:
    sandbox.add_fault(path="/v1/accounts", method="POST", status=405)

    states, failure = written(all_three, ALL, [record("new", name="Never"), state("new", done=1)])

    assert states == []
    assert "405 to POST /v1/accounts" in str(failure)


def test_accounts_and_events_travel_in_one_sync(sandbox: SandboxProcess) -> None:
    settings = with_platform(sandbox, CREATE, EVENTS)
    lines = []
    for n in range(5):
        lines += [record("new", name=f"Shop {n}"), record("events", customer=f"c-{n}", name="Opened", at=NOW, n=n)]

    states, failure = written(
        settings, catalog("new", "events"), [*lines, state("new", done=1), state("events", done=1)]
    )

    assert failure is None
    assert [stats(line)["recordCount"] for line in states] == [5.0, 5.0]
    assert sorted(contents(sandbox.batches())) == [(f"c-{n}", n) for n in range(5)]
    assert [name for name in account_names(sandbox).values() if name.startswith("Shop")] == [
        f"Shop {n}" for n in range(5)
    ]


def test_a_failure_of_the_platform_api_ends_the_events_too(sandbox: SandboxProcess) -> None:
    sandbox.add_fault(path="/v1/*", status=403)
    settings = with_platform(sandbox, CREATE, EVENTS)
    endless = (record("events", customer="c-1", name="Opened", at=NOW, n=n) for n in iter(int, 1))

    states, failure = written(settings, catalog("new", "events"), _first_and_then(record("new", name="A"), endless))

    assert states == []
    assert failure.failure_type.value == "config_error"
    assert "`platform`" in str(failure)


def _first_and_then(first: Any, rest: Any) -> Iterator[Any]:
    yield first
    yield from rest


def test_preview_and_validate_only_show_the_changes_and_send_nothing(
    sandbox: SandboxProcess, tmp_path: Path, all_three: dict[str, Any]
) -> None:
    lines = b"".join(
        (record("new", name="North"), record("names", id=1202, name="South"), record("gone", id=1203), record("gone"))
    )

    shown = run("preview", *files(tmp_path, all_three, ALL), stdin=lines).lines
    _, failure = written({**all_three, "validate_only": True}, ALL, lines.splitlines())

    assert [(line["method"], line["path"], line["body"]) for line in shown if "method" in line] == [
        ("POST", "/v1/accounts", {"name": "North"}),
        ("PUT", "/v1/accounts/1202?accountId=1202", {"name": "South"}),
        ("DELETE", "/v1/accounts?accountId=1203", None),
    ]
    assert [line["rejected_field"] for line in shown if "rejected_reason" in line] == ["id"]
    assert "1 of 4 records were rejected: missing_field in `id`" in str(failure)
    assert sandbox.requests()["total"] == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"client_secret": "not-the-secret"}, ("401", "client secret")),
        ({"account_id": "999"}, ("404", "Account ID")),
    ],
    ids=["secret", "account"],
)
def test_check_tries_the_token_and_the_account(sandbox: SandboxProcess, change: Any, words: str) -> None:
    settings = with_platform(sandbox)
    settings["platform"] |= change

    (message,) = failed_checks(settings)

    assert all(word in message for word in ("`platform`", *words))
    assert "not-the-secret" not in message


def test_what_cannot_be_written_is_said_before_the_first_record(sandbox: SandboxProcess) -> None:
    unknown = {**CREATE, "stream": "other", "operation": "overwrite"}
    nameless = {**RENAME, "fields": [{"field": "id", "value": "{id}"}]}
    wrong = {**DELETE, "fields": [{"field": "email", "value": "{id}"}]}

    _, failure = written(
        config(sandbox, CREATE, unknown, nameless, wrong), catalog("new", "other", "names", "gone"), []
    )

    assert failure.failure_type.value == "config_error"
    for sentence in (
        "Stream new: fill in Platform API Credentials (`platform`)",
        "Stream other: account cannot be written with overwrite; choose append or update or soft_delete.",
        "Stream names: map `name`, which account needs for update.",
        "Stream gone: account has no field `email`.",
    ):
        assert sentence in str(failure)
    assert sandbox.requests()["total"] == 0


def test_nothing_secret_and_no_name_is_ever_printed(
    sandbox: SandboxProcess, tmp_path: Path, all_three: dict[str, Any]
) -> None:
    lines = record("new", name="Private Name") * 2 + record("names", id=9999, name="Private Name")

    outcome = run("write", *files(tmp_path, all_three, ALL), stdin=lines)

    assert outcome.error["failure_type"] == "config_error"
    assert "refused_by_mparticle: 1" in outcome.error["message"]
    printed = json.dumps(outcome.lines)
    assert "Private" not in printed
    assert sandbox.client_secret not in printed
