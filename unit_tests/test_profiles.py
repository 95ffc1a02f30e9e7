"""User profiles and audience memberships: look-ups of configured users."""

import logging
from typing import Any

import pytest
from requests_mock import Mocker

from source_mparticle import SourceMparticle
from unit_tests.fake_mparticle import Config, failure, log_lines, read_streams, rows
from unit_tests.fake_profiles import BASE, BIG, PLACE, STREAMS, lookups, profile


@pytest.fixture
def catalog(config: Config) -> Any:
    def names() -> set[str]:
        return {stream.name for stream in SourceMparticle().discover(logging.getLogger("airbyte"), config).streams}

    return names


def test_the_streams_are_offered_only_with_an_organization_and_identities(
    config: Config, catalog: Any, options: Config
) -> None:
    assert set(STREAMS) <= catalog()
    options["identities"] = []
    assert not set(STREAMS) & catalog()
    options["csv_url"] = "/data/users.csv"
    assert set(STREAMS) <= catalog()


def test_one_request_for_each_user_serves_both_streams(mparticle: Mocker, config: Config, options: Config) -> None:
    mparticle.get(f"{BASE}/{PLACE}/{BIG}", json=profile())
    output = read_streams(config, *STREAMS)
    assert len(lookups(mparticle)) == 1
    (row,) = rows(output, "user_profiles")
    assert (row["mpid"], row["workspace_id"]) == (BIG, 5318)
    assert "audience_memberships" not in row
    memberships = rows(output, "audience_memberships")
    assert [(each["mpid"], each["audience_id"]) for each in memberships] == [(BIG, 9140), (BIG, 9141)]


@pytest.mark.parametrize("stream", STREAMS)
def test_either_stream_can_be_read_alone(mparticle: Mocker, config: Config, options: Config, stream: str) -> None:
    mparticle.get(f"{BASE}/{PLACE}/{BIG}", json=profile())
    assert rows(read_streams(config, stream), stream)


def test_the_documented_fields_are_asked_for(mparticle: Mocker, config: Config, options: Config) -> None:
    mparticle.get(f"{BASE}/{PLACE}/{BIG}", json=profile())
    read_streams(config, "user_profiles")
    assert lookups(mparticle)[0].qs == {
        "fields": ["device_identities,user_identities,user_attributes,audience_memberships,attribution"]
    }


@pytest.mark.parametrize("status", [400, 404])
def test_unknown_users_are_counted_and_passed_over(
    mparticle: Mocker, config: Config, options: Config, status: int
) -> None:
    options["identities"] = ["1", "2", "3"]
    mparticle.get(f"{BASE}/{PLACE}/1", status_code=status)
    mparticle.get(f"{BASE}/{PLACE}/2", json=profile(2))
    mparticle.get(f"{BASE}/{PLACE}/3", json=profile(3))
    output = read_streams(config, *STREAMS)
    assert sorted(row["mpid"] for row in rows(output, "user_profiles")) == [2, 3]
    for stream in STREAMS:
        assert f"{stream}: 1 of 3 users returned no row: 1 unknown to mParticle." in log_lines(output)


@pytest.mark.parametrize("status", [400, 404])
@pytest.mark.parametrize("identity_type", ["mpid", "customer_id"])
def test_when_nobody_is_known_both_streams_fail_and_name_the_options(
    mparticle: Mocker, config: Config, options: Config, status: int, identity_type: Any
) -> None:
    options |= {"identity_type": identity_type, "identities": [str(number) for number in range(50)]}
    mparticle.post(f"{BASE}/resolve/{PLACE}", status_code=status)
    for number in range(50):
        mparticle.get(f"{BASE}/{PLACE}/{number}", status_code=status)
    output = read_streams(config, *STREAMS, fails=True)
    for stream in STREAMS:
        assert output.get_stream_statuses(stream)[-1].value == "INCOMPLETE"
    kind, message = failure(output)
    assert kind == "config_error"
    for option in ("profiles.workspace_id", "profiles.identity_type", "profiles.environment", "org_id"):
        assert f"`{option}`" in message
    assert len(lookups(mparticle)) == 50


def test_a_refusal_ends_the_lookups_and_fails_both_streams(mparticle: Mocker, config: Config, options: Config) -> None:
    options["identities"] = [str(number) for number in range(50)]
    for number in range(50):
        mparticle.get(f"{BASE}/{PLACE}/{number}", status_code=403)
    output = read_streams(config, *STREAMS, fails=True)
    for stream in STREAMS:
        assert rows(output, stream) == []
        assert output.get_stream_statuses(stream)[-1].value == "INCOMPLETE"
    kind, message = failure(output)
    assert kind == "config_error"
    assert "tick the Profile API" in message
    assert len(lookups(mparticle)) <= 8


@pytest.mark.parametrize("body", [{}, {"message": "moved"}, {"mpid": None}], ids=str)
def test_a_profile_without_its_key_is_no_row(mparticle: Mocker, config: Config, options: Config, body: Any) -> None:
    options["identities"] = ["1", "2"]
    mparticle.get(f"{BASE}/{PLACE}/1", json=profile(1))
    mparticle.get(f"{BASE}/{PLACE}/2", json=body)
    output = read_streams(config, *STREAMS)
    assert [row["mpid"] for row in rows(output, "user_profiles")] == [1]
    assert "user_profiles: 1 of 2 users returned no row: 1 without what the stream is made of." in log_lines(output)
    mparticle.get(f"{BASE}/{PLACE}/1", json=body)
    output = read_streams(config, *STREAMS, fails=True)
    assert "/userprofile/v1 with profiles that lack their MPID" in failure(output)[1]


@pytest.mark.parametrize("memberships", [None, "absent"], ids=str)
def test_profiles_without_a_list_of_audiences_fail_the_memberships_alone(
    mparticle: Mocker, config: Config, options: Config, memberships: Any
) -> None:
    response = profile(audience_memberships=memberships)
    if memberships == "absent":
        del response["audience_memberships"]
    mparticle.get(f"{BASE}/{PLACE}/{BIG}", json=response)
    output = read_streams(config, *STREAMS, fails=True)
    assert len(rows(output, "user_profiles")) == 1
    assert output.get_stream_statuses("user_profiles")[-1].value == "COMPLETE"
    assert output.get_stream_statuses("audience_memberships")[-1].value == "INCOMPLETE"


def test_a_user_who_is_in_no_audience_has_no_memberships(mparticle: Mocker, config: Config, options: Config) -> None:
    mparticle.get(f"{BASE}/{PLACE}/{BIG}", json=profile(audience_memberships=[]))
    assert rows(read_streams(config, "audience_memberships"), "audience_memberships") == []


def test_a_membership_without_its_audience_fails_the_stream(mparticle: Mocker, config: Config, options: Config) -> None:
    mparticle.get(f"{BASE}/{PLACE}/{BIG}", json=profile(audience_memberships=[{"audience_name": "Fans"}]))
    output = read_streams(config, "audience_memberships", fails=True)
    assert "a membership that lacks its audience_id" in failure(output)[1]


def test_ids_of_users_that_come_as_text_are_numbers(mparticle: Mocker, config: Config, options: Config) -> None:
    memberships = [{"audience_id": "9140", "audience_name": "Fans"}]
    mparticle.get(f"{BASE}/{PLACE}/{BIG}", json=profile("-42", audience_memberships=memberships))
    output = read_streams(config, *STREAMS)
    assert [row["mpid"] for row in rows(output, "user_profiles")] == [-42]
    assert [(row["mpid"], row["audience_id"]) for row in rows(output, "audience_memberships")] == [(-42, 9140)]


def test_a_429_and_a_500_are_retried(mparticle: Mocker, config: Config, options: Config, waits: list[float]) -> None:
    mparticle.get(
        f"{BASE}/{PLACE}/{BIG}",
        [{"status_code": 429, "headers": {"Retry-After": "7"}}, {"status_code": 503}, {"json": profile()}],
    )
    assert len(rows(read_streams(config, "user_profiles"), "user_profiles")) == 1
    assert max(waits) == pytest.approx(7, abs=0.5)
    assert len(lookups(mparticle)) == 3


def test_a_lookup_that_keeps_failing_fails_the_stream(
    mparticle: Mocker, config: Config, options: Config, waits: list[float]
) -> None:
    mparticle.get(f"{BASE}/{PLACE}/{BIG}", status_code=503)
    kind, message = failure(read_streams(config, "user_profiles", fails=True))
    assert (kind, "HTTP 503" in message) == ("transient_error", True)


def test_what_a_profile_says_beside_its_key_does_not_replace_the_key(
    mparticle: Mocker, config: Config, options: Config
) -> None:
    membership = {"audience_id": 5, "mpid": 999, "workspace_id": None}
    response = profile(workspace_id=None, audience_memberships=[membership])
    mparticle.get(f"{BASE}/{PLACE}/{BIG}", json=response)
    output = read_streams(config, *STREAMS)
    for stream in STREAMS:
        assert [(row["workspace_id"], row["mpid"]) for row in rows(output, stream)] == [(5318, BIG)]


@pytest.mark.parametrize("mpid", ["x", "0005", 6.5, True, str(2**63)])
def test_an_mpid_of_another_form_fails_both_streams(
    mparticle: Mocker, config: Config, options: Config, mpid: Any
) -> None:
    options["identities"] = ["1", "2"]
    mparticle.get(f"{BASE}/{PLACE}/1", json=profile(1))
    mparticle.get(f"{BASE}/{PLACE}/2", json=profile(mpid))
    output = read_streams(config, *STREAMS, fails=True)
    for stream in STREAMS:
        assert output.get_stream_statuses(stream)[-1].value == "INCOMPLETE"


def test_memberships_that_are_not_a_list_fail_their_stream(mparticle: Mocker, config: Config, options: Config) -> None:
    options["identities"] = ["1", "2"]
    mparticle.get(f"{BASE}/{PLACE}/1", json=profile(1))
    mparticle.get(f"{BASE}/{PLACE}/2", json=profile(2, audience_memberships={"audience_id": 5}))
    output = read_streams(config, *STREAMS, fails=True)
    assert output.get_stream_statuses("user_profiles")[-1].value == "COMPLETE"
    assert output.get_stream_statuses("audience_memberships")[-1].value == "INCOMPLETE"
