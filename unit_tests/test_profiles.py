"""User profiles and audience memberships: look-ups of configured users."""

import logging
from pathlib import Path

import fsspec
import pytest

from source_mparticle import SourceMparticle
from unit_tests.fake_mparticle import API, TOKEN_URL, failure, read_streams, rows, token_response

BASE = f"{API}/userprofile/v1"
PLACE = "77/1201/5318"
BIG = 2**63 - 25
STREAMS = ("user_profiles", "audience_memberships")


def profile(mpid=BIG, **changes):
    answer = {
        "mpid": mpid,
        "created_timestamp_ms": 1714557600000,
        "is_opted_out": False,
        "user_identities": [{"type": "customer_id", "encoding": "none", "value": "c-77"}],
        "user_attributes": {"tier": "gold", "interests": ["rail", "cycling"]},
        "audience_memberships": [
            {"audience_id": 9140, "audience_name": "Lapsed Buyers"},
            {"audience_id": 9141, "audience_name": "Fans", "expiration_timestamp_ms": 1814557600000},
        ],
    }
    return answer | changes


@pytest.fixture
def options(config) -> dict:
    config["org_id"] = "77"
    config["profiles"] = {"workspace_id": "5318", "identities": [str(BIG)]}
    return config["profiles"]


@pytest.fixture
def catalog(config):
    def names() -> set[str]:
        return {stream.name for stream in SourceMparticle().discover(logging.getLogger("airbyte"), config).streams}

    return names


def lookups(mocker) -> list:
    return [request for request in mocker.request_history if "/userprofile/" in request.url]


def infos(output) -> list[str]:
    return [message.log.message for message in output.logs]


def resolve(mocker, answers: dict[str, dict]) -> None:
    for identity, answer in answers.items():
        mocker.post(
            f"{BASE}/resolve/{PLACE}",
            additional_matcher=lambda request, value=identity: request.json()["identity"]["value"] == value,
            **answer,
        )


def test_the_streams_are_offered_only_with_an_organization_and_identities(config, catalog, options):
    assert set(STREAMS) <= catalog()
    options["identities"] = []
    assert not set(STREAMS) & catalog()
    options["csv_url"] = "/data/users.csv"
    assert set(STREAMS) <= catalog()


def test_one_request_for_each_user_serves_both_streams(mparticle, config, options):
    mparticle.get(f"{BASE}/{PLACE}/{BIG}", json=profile())
    output = read_streams(config, *STREAMS)
    assert len(lookups(mparticle)) == 1
    (row,) = rows(output, "user_profiles")
    assert (row["mpid"], row["workspace_id"]) == (BIG, 5318)
    assert "audience_memberships" not in row
    memberships = rows(output, "audience_memberships")
    assert [(each["mpid"], each["audience_id"]) for each in memberships] == [(BIG, 9140), (BIG, 9141)]


@pytest.mark.parametrize("stream", STREAMS)
def test_either_stream_can_be_read_alone(mparticle, config, options, stream):
    mparticle.get(f"{BASE}/{PLACE}/{BIG}", json=profile())
    assert rows(read_streams(config, stream), stream)


def test_the_documented_fields_are_asked_for(mparticle, config, options):
    mparticle.get(f"{BASE}/{PLACE}/{BIG}", json=profile())
    read_streams(config, "user_profiles")
    assert lookups(mparticle)[0].qs == {
        "fields": ["device_identities,user_identities,user_attributes,audience_memberships,attribution"]
    }


def test_another_identity_is_resolved_in_its_environment(mparticle, config, options):
    options |= {"identity_type": "customer_id", "identities": ["c-77"], "environment": "development"}
    mparticle.post(f"{BASE}/resolve/{PLACE}", json=profile())
    assert len(rows(read_streams(config, "user_profiles"), "user_profiles")) == 1
    assert lookups(mparticle)[0].json() == {
        "environment_type": "development",
        "identity": {"type": "customer_id", "value": "c-77"},
    }


def test_users_come_from_the_configuration_and_from_a_csv_file_each_once(mparticle, config, options, tmp_path):
    path = tmp_path / "users.csv"
    path.write_text("name,mpid\nAnn,1\nBo, 2 \nCy,\nDi,1\n", encoding="utf-8-sig")
    options |= {"identities": ["1", "3"], "csv_url": str(path)}
    for mpid in (1, 2, 3):
        mparticle.get(f"{BASE}/{PLACE}/{mpid}", json=profile(mpid))
    output = read_streams(config, "user_profiles")
    assert sorted(row["mpid"] for row in rows(output, "user_profiles")) == [1, 2, 3]
    assert len(lookups(mparticle)) == 3


def test_a_file_in_object_storage_is_read_through_its_address(mparticle, config, options):
    with fsspec.open("memory://bucket/users.csv", "wt") as file:
        file.write("id\n1\n")
    options |= {"identities": [], "csv_url": "memory://bucket/users.csv", "csv_column": "id"}
    mparticle.get(f"{BASE}/{PLACE}/1", json=profile(1))
    assert len(rows(read_streams(config, "user_profiles"), "user_profiles")) == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"csv_url": "/nowhere/users.csv"}, "cannot be read (FileNotFoundError): check CSV URL (`profiles.csv_url`)"),
        ({"csv_url": "nosuch://users.csv"}, "cannot be read (ValueError): check CSV URL (`profiles.csv_url`)"),
        ({"csv_url": str(Path(__file__).parent)}, "cannot be read (IsADirectoryError): check CSV URL"),
        (
            {"identities": ["12x", "13"]},
            "1 of the configured MPIDs are not whole numbers: correct Identities (`profiles.identities`)",
        ),
    ],
)
def test_identities_that_cannot_be_read_are_a_configuration_error(mparticle, config, options, changes, sentence):
    options |= changes
    kind, message = failure(read_streams(config, "user_profiles", fails=True))
    assert kind == "config_error"
    assert sentence in message
    assert "12x" not in message


@pytest.mark.parametrize("content", ["mpid,mpid\n1,2\n", 'mpid\n1\n"2\n3\n', 'mpid,x\n"1\n2,"\n'])
def test_a_csv_file_of_which_rows_would_be_lost_is_refused(mparticle, config, options, tmp_path, content):
    path = tmp_path / "users.csv"
    path.write_text(content)
    options |= {"identities": [], "csv_url": str(path)}
    for identity in ("1", "2", "3", "4"):
        mparticle.get(f"{BASE}/{PLACE}/{identity}", json=profile(int(identity)))
    kind, message = failure(read_streams(config, "user_profiles", fails=True))
    assert kind == "config_error"
    assert "`profiles.csv_url`" in message


def test_a_csv_file_without_the_column_is_a_configuration_error(mparticle, config, options, tmp_path):
    path = tmp_path / "users.csv"
    path.write_text("user\n1\n")
    options |= {"identities": [], "csv_url": str(path)}
    kind, message = failure(read_streams(config, "user_profiles", fails=True))
    assert kind == "config_error"
    assert "has no column mpid: name the column that holds the identities in CSV Column" in message


@pytest.mark.parametrize("content", ["mpid\n", "mpid", "", "mpid\n \n,\n"])
def test_a_csv_file_that_names_nobody_is_a_configuration_error(mparticle, config, options, tmp_path, content):
    path = tmp_path / "users.csv"
    path.write_text(content)
    options["csv_url"] = str(path)
    for stream in STREAMS:
        output = read_streams(config, stream, fails=True)
        kind, message = failure(output)
        assert kind == "config_error"
        assert "The CSV file names no user: check that CSV URL (`profiles.csv_url`) is the right file" in message


@pytest.mark.parametrize("status", [400, 404])
def test_unknown_users_are_counted_and_passed_over(mparticle, config, options, status):
    options["identities"] = ["1", "2", "3"]
    mparticle.get(f"{BASE}/{PLACE}/1", status_code=status)
    mparticle.get(f"{BASE}/{PLACE}/2", json=profile(2))
    mparticle.get(f"{BASE}/{PLACE}/3", json=profile(3))
    output = read_streams(config, *STREAMS)
    assert sorted(row["mpid"] for row in rows(output, "user_profiles")) == [2, 3]
    for stream in STREAMS:
        assert f"{stream}: 1 of 3 users gave no row: 1 unknown to mParticle." in infos(output)


def test_an_identity_that_is_not_resolved_is_an_unknown_user_whether_by_400_or_404(mparticle, config, options):
    options |= {"identity_type": "customer_id", "identities": ["a", "b", "c", "d"]}
    answers = {
        "a": {"json": profile(1)},
        "b": {"status_code": 404},
        "c": {"status_code": 400},
        "d": {"json": profile(4)},
    }
    resolve(mparticle, answers)
    output = read_streams(config, *STREAMS)
    assert sorted(row["mpid"] for row in rows(output, "user_profiles")) == [1, 4]
    assert "user_profiles: 2 of 4 users gave no row: 2 unknown to mParticle." in infos(output)


@pytest.mark.parametrize("status", [400, 404])
@pytest.mark.parametrize("identity_type", ["mpid", "customer_id"])
def test_when_nobody_is_known_both_streams_fail_and_name_the_options(mparticle, config, options, status, identity_type):
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


def test_a_refusal_ends_the_lookups_and_fails_both_streams(mparticle, config, options):
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
def test_a_profile_without_its_key_is_no_row(mparticle, config, options, body):
    options["identities"] = ["1", "2"]
    mparticle.get(f"{BASE}/{PLACE}/1", json=profile(1))
    mparticle.get(f"{BASE}/{PLACE}/2", json=body)
    output = read_streams(config, *STREAMS)
    assert [row["mpid"] for row in rows(output, "user_profiles")] == [1]
    assert "user_profiles: 1 of 2 users gave no row: 1 without what the stream is made of." in infos(output)
    mparticle.get(f"{BASE}/{PLACE}/1", json=body)
    output = read_streams(config, *STREAMS, fails=True)
    assert "/userprofile/v1 with profiles that lack their MPID" in failure(output)[1]


@pytest.mark.parametrize("memberships", [None, "absent"], ids=str)
def test_profiles_without_a_list_of_audiences_fail_the_memberships_alone(mparticle, config, options, memberships):
    answer = profile(audience_memberships=memberships)
    if memberships == "absent":
        del answer["audience_memberships"]
    mparticle.get(f"{BASE}/{PLACE}/{BIG}", json=answer)
    output = read_streams(config, *STREAMS, fails=True)
    assert len(rows(output, "user_profiles")) == 1
    assert output.get_stream_statuses("user_profiles")[-1].value == "COMPLETE"
    assert output.get_stream_statuses("audience_memberships")[-1].value == "INCOMPLETE"


def test_a_user_who_is_in_no_audience_has_no_memberships(mparticle, config, options):
    mparticle.get(f"{BASE}/{PLACE}/{BIG}", json=profile(audience_memberships=[]))
    assert rows(read_streams(config, "audience_memberships"), "audience_memberships") == []


def test_a_membership_without_its_audience_fails_the_stream(mparticle, config, options):
    mparticle.get(f"{BASE}/{PLACE}/{BIG}", json=profile(audience_memberships=[{"audience_name": "Fans"}]))
    output = read_streams(config, "audience_memberships", fails=True)
    assert "a membership that lacks its audience_id" in failure(output)[1]


def test_several_identities_of_one_user_are_one_row(mparticle, config, options):
    options |= {"identity_type": "email", "identities": ["a@x.example", "b@x.example", "c@x.example"]}
    mparticle.post(f"{BASE}/resolve/{PLACE}", json=profile(7))
    output = read_streams(config, *STREAMS)
    assert len(rows(output, "user_profiles")) == 1
    keys = [(row["mpid"], row["audience_id"]) for row in rows(output, "audience_memberships")]
    assert keys == [(7, 9140), (7, 9141)]


def test_ids_of_users_that_come_as_text_are_numbers(mparticle, config, options):
    memberships = [{"audience_id": "9140", "audience_name": "Fans"}]
    mparticle.get(f"{BASE}/{PLACE}/{BIG}", json=profile("-42", audience_memberships=memberships))
    output = read_streams(config, *STREAMS)
    assert [row["mpid"] for row in rows(output, "user_profiles")] == [-42]
    assert [(row["mpid"], row["audience_id"]) for row in rows(output, "audience_memberships")] == [(-42, 9140)]


def test_a_429_and_a_500_are_tried_again(mparticle, config, options, waits):
    mparticle.get(
        f"{BASE}/{PLACE}/{BIG}",
        [{"status_code": 429, "headers": {"Retry-After": "7"}}, {"status_code": 503}, {"json": profile()}],
    )
    assert len(rows(read_streams(config, "user_profiles"), "user_profiles")) == 1
    assert max(waits) == pytest.approx(7, abs=0.5)
    assert len(lookups(mparticle)) == 3


def test_a_lookup_that_keeps_failing_fails_the_stream(mparticle, config, options, waits):
    mparticle.get(f"{BASE}/{PLACE}/{BIG}", status_code=503)
    kind, message = failure(read_streams(config, "user_profiles", fails=True))
    assert (kind, "HTTP 503" in message) == ("transient_error", True)


@pytest.mark.parametrize(
    "answer", [{"status_code": 503}, {"status_code": 418}, {"text": "<html>"}, {"json": profile()}]
)
def test_no_identity_is_in_any_log_or_trace(mparticle, config, options, waits, answer):
    mparticle.post(TOKEN_URL, json=token_response())
    mparticle.get(f"{BASE}/{PLACE}/{BIG}", **answer)
    output = read_streams(config, *STREAMS, fails="json" not in answer, debug=True)
    text = "\n".join(str(each) for each in [*output.logs, *output.trace_messages, *output.errors])
    assert str(BIG) not in text
    assert "c-77" not in text


def test_what_a_profile_says_beside_its_key_does_not_replace_the_key(mparticle, config, options):
    membership = {"audience_id": 5, "mpid": 999, "workspace_id": None}
    answer = profile(workspace_id=None, audience_memberships=[membership])
    mparticle.get(f"{BASE}/{PLACE}/{BIG}", json=answer)
    output = read_streams(config, *STREAMS)
    for stream in STREAMS:
        assert [(row["workspace_id"], row["mpid"]) for row in rows(output, stream)] == [(5318, BIG)]


@pytest.mark.parametrize("mpid", ["x", "0005", 6.5, True, str(2**63)])
def test_an_mpid_of_another_form_fails_both_streams(mparticle, config, options, mpid):
    options["identities"] = ["1", "2"]
    mparticle.get(f"{BASE}/{PLACE}/1", json=profile(1))
    mparticle.get(f"{BASE}/{PLACE}/2", json=profile(mpid))
    output = read_streams(config, *STREAMS, fails=True)
    for stream in STREAMS:
        assert output.get_stream_statuses(stream)[-1].value == "INCOMPLETE"


def test_memberships_that_are_no_list_fail_their_stream(mparticle, config, options):
    options["identities"] = ["1", "2"]
    mparticle.get(f"{BASE}/{PLACE}/1", json=profile(1))
    mparticle.get(f"{BASE}/{PLACE}/2", json=profile(2, audience_memberships={"audience_id": 5}))
    output = read_streams(config, *STREAMS, fails=True)
    assert output.get_stream_statuses("user_profiles")[-1].value == "COMPLETE"
    assert output.get_stream_statuses("audience_memberships")[-1].value == "INCOMPLETE"
