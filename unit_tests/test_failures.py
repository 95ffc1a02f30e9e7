"""How a sync says what went wrong: each failure once, in one line, and no stream that failed in silence."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from airbyte_cdk.models import AirbyteStreamStatus, StreamDescriptor
from airbyte_cdk.utils.stream_status_utils import as_airbyte_message
from airbyte_cdk.utils.traced_exception import AirbyteTracedException
from requests_mock import Mocker

from source_mparticle.failures import Failures, all_ended
from unit_tests.fake_mparticle import (
    ACCOUNTS,
    AUDIENCES,
    TOKEN_URL,
    WORKSPACES,
    Config,
    account,
    envelope,
    errors_of,
    failure,
    read_streams,
    rows,
    stream_errors,
    workspace,
)

ORGANIZATION = "Organization ID (`org_id`)"
PROFILES = "User Profiles (`profiles`)"
PROFILE_STREAMS = ("user_profiles", "audience_memberships")


@pytest.fixture(autouse=True)
def accounts(mparticle: Mocker) -> None:
    mparticle.get(ACCOUNTS, json=envelope(account()))


def statuses(output: Any, stream: str) -> Any:
    return [status.value for status in output.get_stream_statuses(stream)]


def lines(output: Any) -> Any:
    return [message.log.message for message in output.logs]


@pytest.mark.parametrize(
    ("stream", "configured", "sentence"),
    [
        ("custom_roles", {}, f"custom_roles needs {ORGANIZATION}: fill it in, or deselect the stream."),
        ("role_tasks", {}, f"role_tasks needs {ORGANIZATION}: fill it in, or deselect the stream."),
        *(
            (stream, configured, f"{stream} needs {options}, or deselect the stream.")
            for stream in PROFILE_STREAMS
            for configured, options in [
                ({}, f"{ORGANIZATION} and {PROFILES}: fill them in"),
                ({"org_id": "77"}, f"{PROFILES}: fill it in"),
                ({"org_id": "77", "profiles": {"workspace_id": "5318"}}, f"{PROFILES}: fill it in"),
                ({"profiles": {"workspace_id": "5318", "identities": ["1"]}}, f"{ORGANIZATION}: fill it in"),
            ]
        ),
        ("invented", {}, "This connector has no stream invented: refresh the source's schema, or deselect it."),
    ],
)
def test_a_selected_stream_that_is_not_offered_fails_and_the_others_are_read(
    config: Config, stream: str, configured: Any, sentence: str
) -> None:
    output = read_streams(config | configured, stream, "accounts", fails=True)
    (error,) = stream_errors(output, stream)
    assert (error.failure_type.value, error.message) == ("config_error", sentence)
    assert statuses(output, stream)[-1] == "INCOMPLETE"
    assert statuses(output, "accounts")[-1] == "COMPLETE"
    assert len(rows(output, "accounts")) == 1


def test_refused_credentials_are_told_with_one_short_stack_however_many_streams_meet_them(
    mparticle: Mocker, config: Config
) -> None:
    mparticle.post(TOKEN_URL, status_code=401)
    streams = (
        "accounts",
        "workspaces",
        "audiences",
        "calculated_attributes",
        "apps",
        "users",
        "services",
        "data_plans",
    )
    errors = errors_of(read_streams(config, *streams, fails=True))
    assert len(errors) == len(streams) + 1
    assert max(len(error.stack_trace) for error in errors) < 8000
    # The first says where; the stack of this connector is enough for that.
    assert any("in _send\n    raise errors.credentials_refused" in error.stack_trace for error in errors)
    assert not any("airbyte_cdk/sources/streams" in error.stack_trace for error in errors)


def test_a_stream_that_is_not_offered_fails_the_sync_also_when_it_is_alone(config: Config) -> None:
    output = read_streams(config, "custom_roles", fails=True)
    assert failure(output)[0] == "config_error"
    assert statuses(output, "custom_roles") == ["STARTED", "INCOMPLETE"]
    assert f"custom_roles needs {ORGANIZATION}: fill it in, or deselect the stream." in lines(output)


def test_a_failure_of_every_partition_is_one_error_and_one_line_without_a_traceback(
    mparticle: Mocker, config: Config, waits: list[float]
) -> None:
    mparticle.get(WORKSPACES, json=envelope(*(workspace(id=str(number)) for number in range(5318, 5328))))
    for number in range(5318, 5328):
        mparticle.get(f"https://api.test.example/platform/v2/workspaces/{number}/calculatedattributes", status_code=401)
    output = read_streams(config, "calculated_attributes", "accounts", fails=True)
    sentences = [error.message for error in stream_errors(output, "calculated_attributes")]
    assert len(sentences) == len(set(sentences)) == 10
    logged = [line for line in lines(output) if line.startswith("calculated_attributes: mParticle did not authorize")]
    assert sorted(logged) == sorted(f"calculated_attributes: {sentence}" for sentence in sentences)
    assert not any("Traceback" in line for line in lines(output))


def test_the_same_failure_of_every_partition_is_said_once(
    mparticle: Mocker, config: Config, waits: list[float]
) -> None:
    mparticle.get(WORKSPACES, json=envelope(*(workspace(id=str(number)) for number in range(5318, 5328))))
    for number in range(5318, 5328):
        mparticle.get(f"https://api.test.example/platform/v2/workspaces/{number}/calculatedattributes", status_code=429)
    output = read_streams(config | {"num_workers": 20}, "calculated_attributes", "accounts", fails=True)
    (error,) = stream_errors(output, "calculated_attributes")
    failures = [line for line in lines(output) if line.startswith("calculated_attributes: ") and "requests" not in line]
    assert failures == [f"calculated_attributes: {error.message}"]


def test_the_closing_error_names_every_failed_stream_and_each_sentence_once(
    mparticle: Mocker, config: Config, waits: list[float]
) -> None:
    mparticle.get(WORKSPACES, status_code=401)
    mparticle.get(AUDIENCES, json={"errors": [{"code": "A", "message": "b"}]})
    output = read_streams(config, "workspaces", "data_plans", "audiences", "accounts", fails=True)
    closing = errors_of(output)[-1]
    assert closing.stream_descriptor is None
    assert closing.message.startswith("Not every stream was read. ")
    assert closing.message.count("mParticle did not authorize /v1/workspace") == 1
    assert "audiences: mParticle answered /v1/audiences with errors: A: b" in closing.message
    assert "accounts" not in closing.message


@pytest.mark.parametrize(("status", "kind"), [(401, "config_error"), (503, "transient_error")])
def test_the_closing_error_is_of_the_kind_of_the_failures(
    mparticle: Mocker, config: Config, waits: list[float], status: int, kind: Any
) -> None:
    mparticle.get(AUDIENCES, status_code=status)
    output = read_streams(config, "audiences", "accounts", fails=True)
    assert {error.failure_type.value for error in errors_of(output)} == {kind}


def test_a_failed_stream_is_not_said_to_be_finished(mparticle: Mocker, config: Config) -> None:
    mparticle.get(AUDIENCES, text="<html>")
    output = read_streams(config, "audiences", "accounts", fails=True)
    assert "Finished syncing accounts" in lines(output)
    assert "Finished syncing audiences" not in lines(output)


def test_a_bug_keeps_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("airbyte.test")

    def messages() -> Iterator[Any]:
        logger.error("Exception while syncing stream accounts", exc_info=KeyError("id"))
        yield from ()

    assert list(Failures(logger).once(messages())) == []
    assert [(record.message, record.exc_info is not None) for record in caplog.records] == [
        ("Exception while syncing stream accounts", True)
    ]


@pytest.mark.parametrize("seen", [[], ["STARTED"], ["STARTED", "RUNNING"]])
def test_a_sync_that_is_over_before_a_stream_has_ended_is_a_failure(seen: Any) -> None:
    read = [status_of("accounts", each) for each in ("STARTED", "COMPLETE")]
    with pytest.raises(AirbyteTracedException, match="over before audiences were read"):
        list(all_ended([*read, *(status_of("audiences", each) for each in seen)], ["accounts", "audiences"]))


@pytest.mark.parametrize("end", ["COMPLETE", "INCOMPLETE"])
def test_a_sync_in_which_every_stream_has_ended_is_passed_on(end: Any) -> None:
    messages = [status_of("accounts", each) for each in ("STARTED", end)]
    assert list(all_ended(messages, ["accounts"])) == messages


def status_of(stream: str, status: str) -> Any:
    return as_airbyte_message(StreamDescriptor(name=stream), AirbyteStreamStatus(status))


def test_a_stream_that_is_selected_twice_is_refused_before_anything_is_read(mparticle: Mocker, config: Config) -> None:
    output = read_streams(config, "accounts", "audiences", "accounts", fails=True)
    assert failure(output) == ("config_error", "The catalog selects accounts more than once: select each stream once.")
    assert rows(output, "audiences") == []
