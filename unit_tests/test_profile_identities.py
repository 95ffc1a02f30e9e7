"""Which users are looked up: those of the configuration and of a CSV file."""

import os
from pathlib import Path
from typing import Any

import pytest
from requests_mock import Mocker

from unit_tests.fake_mparticle import TOKEN_URL, Config, failure, log_lines, read_streams, rows, token_response
from unit_tests.fake_profiles import BASE, BIG, PLACE, STREAMS, lookups, profile, resolve


def test_another_identity_is_resolved_in_its_environment(mparticle: Mocker, config: Config, options: Config) -> None:
    options |= {"identity_type": "customer_id", "identities": ["c-77"], "environment": "development"}
    mparticle.post(f"{BASE}/resolve/{PLACE}", json=profile())
    assert len(rows(read_streams(config, "user_profiles"), "user_profiles")) == 1
    assert lookups(mparticle)[0].json() == {
        "environment_type": "development",
        "identity": {"type": "customer_id", "value": "c-77"},
    }


def test_users_come_from_the_configuration_and_from_a_csv_file_each_once(
    mparticle: Mocker, config: Config, options: Config, tmp_path: Path
) -> None:
    path = tmp_path / "users.csv"
    path.write_text("name,mpid\nAnn,1\nBo, 2 \nCy,\nDi,1\n", encoding="utf-8-sig")
    options |= {"identities": ["1", "3"], "csv_url": str(path)}
    for mpid in (1, 2, 3):
        mparticle.get(f"{BASE}/{PLACE}/{mpid}", json=profile(mpid))
    output = read_streams(config, "user_profiles")
    assert sorted(row["mpid"] for row in rows(output, "user_profiles")) == [1, 2, 3]
    assert len(lookups(mparticle)) == 3


def test_a_file_with_a_scheme_is_read_through_its_address(
    mparticle: Mocker, config: Config, options: Config, tmp_path: Path
) -> None:
    path = tmp_path / "users.csv"
    path.write_text("id\n1\n")
    options |= {"identities": [], "csv_url": path.as_uri(), "csv_column": "id"}
    mparticle.get(f"{BASE}/{PLACE}/1", json=profile(1))
    assert len(rows(read_streams(config, "user_profiles"), "user_profiles")) == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"csv_url": "/nowhere/users.csv"}, "cannot be read (FileNotFoundError): check CSV URL (`profiles.csv_url`)"),
        (
            {"csv_url": "file:///nowhere/users.csv"},
            "cannot be read (FileNotFoundError): check CSV URL (`profiles.csv_url`)",
        ),
        ({"csv_url": str(Path(__file__).parent)}, "cannot be read (IsADirectoryError): check CSV URL"),
        (
            {"identities": ["12x", "13"]},
            "1 of the configured MPIDs are not whole numbers of 64 bits: correct Identities (`profiles.identities`)",
        ),
    ],
)
def test_identities_that_cannot_be_read_are_a_configuration_error(
    mparticle: Mocker, config: Config, options: Config, changes: Any, sentence: str
) -> None:
    options |= changes
    kind, message = failure(read_streams(config, "user_profiles", fails=True))
    assert kind == "config_error"
    assert sentence in message
    assert "12x" not in message


@pytest.mark.parametrize("content", ["mpid,mpid\n1,2\n", 'mpid\n1\n"2\n3\n', 'mpid,x\n"1\n2,"\n'])
def test_a_csv_file_of_which_rows_would_be_lost_is_refused(
    mparticle: Mocker, config: Config, options: Config, tmp_path: Path, content: Any
) -> None:
    path = tmp_path / "users.csv"
    path.write_text(content)
    options |= {"identities": [], "csv_url": str(path)}
    for identity in ("1", "2", "3", "4"):
        mparticle.get(f"{BASE}/{PLACE}/{identity}", json=profile(int(identity)))
    kind, message = failure(read_streams(config, "user_profiles", fails=True))
    assert kind == "config_error"
    assert "`profiles.csv_url`" in message


def test_a_csv_file_without_the_column_is_a_configuration_error(
    mparticle: Mocker, config: Config, options: Config, tmp_path: Path
) -> None:
    path = tmp_path / "users.csv"
    path.write_text("user\n1\n")
    options |= {"identities": [], "csv_url": str(path)}
    kind, message = failure(read_streams(config, "user_profiles", fails=True))
    assert kind == "config_error"
    assert "has no column mpid: name the column that holds the identities in CSV Column" in message


@pytest.mark.parametrize("content", ["mpid\n", "mpid", "", "mpid\n \n,\n"])
def test_a_csv_file_that_names_nobody_is_a_configuration_error(
    mparticle: Mocker, config: Config, options: Config, tmp_path: Path, content: Any
) -> None:
    path = tmp_path / "users.csv"
    path.write_text(content)
    options["csv_url"] = str(path)
    for stream in STREAMS:
        output = read_streams(config, stream, fails=True)
        kind, message = failure(output)
        assert kind == "config_error"
        assert "The CSV file names no user: check that CSV URL (`profiles.csv_url`) is the right file" in message


def test_an_identity_that_is_not_resolved_is_an_unknown_user_whether_by_400_or_404(
    mparticle: Mocker, config: Config, options: Config
) -> None:
    options |= {"identity_type": "customer_id", "identities": ["a", "b", "c", "d"]}
    responses = {
        "a": {"json": profile(1)},
        "b": {"status_code": 404},
        "c": {"status_code": 400},
        "d": {"json": profile(4)},
    }
    resolve(mparticle, responses)
    output = read_streams(config, *STREAMS)
    assert sorted(row["mpid"] for row in rows(output, "user_profiles")) == [1, 4]
    assert "user_profiles: 2 of 4 users returned no row: 2 unknown to mParticle." in log_lines(output)


def test_several_identities_of_one_user_are_one_row(mparticle: Mocker, config: Config, options: Config) -> None:
    options |= {"identity_type": "email", "identities": ["a@x.example", "b@x.example", "c@x.example"]}
    mparticle.post(f"{BASE}/resolve/{PLACE}", json=profile(7))
    output = read_streams(config, *STREAMS)
    assert len(rows(output, "user_profiles")) == 1
    keys = [(row["mpid"], row["audience_id"]) for row in rows(output, "audience_memberships")]
    assert keys == [(7, 9140), (7, 9141)]


@pytest.mark.parametrize(
    "response", [{"status_code": 503}, {"status_code": 418}, {"text": "<html>"}, {"json": profile()}]
)
def test_no_identity_is_in_any_log_or_trace(
    mparticle: Mocker, config: Config, options: Config, waits: list[float], response: Any
) -> None:
    mparticle.post(TOKEN_URL, json=token_response())
    mparticle.get(f"{BASE}/{PLACE}/{BIG}", **response)
    output = read_streams(config, *STREAMS, fails="json" not in response, debug=True)
    text = "\n".join(str(each) for each in [*output.logs, *output.trace_messages, *output.errors])
    assert str(BIG) not in text
    assert "c-77" not in text


@pytest.mark.parametrize("form", ["{}", "file://{}"])
def test_a_pipe_is_not_read_because_that_may_never_end(
    mparticle: Mocker, config: Config, options: Config, tmp_path: Path, form: str
) -> None:
    pipe = tmp_path / "users.csv"
    os.mkfifo(pipe)
    options |= {"identities": [], "csv_url": form.format(pipe)}
    kind, message = failure(read_streams(config, "user_profiles", fails=True))
    assert kind == "config_error"
    assert "cannot be read (not a regular file): check CSV URL (`profiles.csv_url`)" in message


def test_a_link_to_a_file_is_read(mparticle: Mocker, config: Config, options: Config, tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("mpid\n1\n")
    (tmp_path / "users.csv").symlink_to(tmp_path / "real.csv")
    options |= {"identities": [], "csv_url": str(tmp_path / "users.csv")}
    mparticle.get(f"{BASE}/{PLACE}/1", json=profile(1))
    assert len(rows(read_streams(config, "user_profiles"), "user_profiles")) == 1


def test_identities_that_differ_in_case_alone_are_two_users(mparticle: Mocker, config: Config, options: Config) -> None:
    options |= {"identity_type": "customer_id", "identities": ["Ab-1", "ab-1"]}
    resolve(mparticle, {"Ab-1": {"json": profile(1)}, "ab-1": {"json": profile(2)}})
    output = read_streams(config, *STREAMS)
    assert sorted(row["mpid"] for row in rows(output, "user_profiles")) == [1, 2]
