"""A real S3 server: keys, roles, paths, many files, and what is wrong with a configuration."""

import json
from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import boto3
import pytest
import requests

from integration_tests.harness import Exports
from integration_tests.storages import BUCKET, put, s3_server, s3_storage
from source_mparticle_exports.config import S3Storage
from source_mparticle_exports.listing import list_files
from source_mparticle_exports.storage import open_storage
from unit_tests.exports import ADDED, OUTBOUND

FILE = "2017-10-17/mPTravel_20171017170911644493_34523.txt"
AUDIENCE = "audiences/Test-Audience_1234_2020-01-01_00-00-00_721e1d63-a396-4676-bac2-3f6f31e88cc2.txt"
_ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with s3_server() as endpoint:
        yield endpoint


@pytest.fixture
def user(s3: str) -> Iterator[dict[str, str]]:
    """The keys of the only user whom the server lets in. There is a role beside, `reader`, which anyone may assume."""
    keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
    iam = boto3.client("iam", endpoint_url=s3, region_name="us-east-1", **keys)
    iam.create_user(UserName="connector")
    key = iam.create_access_key(UserName="connector")["AccessKey"]
    iam.put_user_policy(UserName="connector", PolicyName="all", PolicyDocument=json.dumps(_ALL))
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps(_ALL))
    iam.put_role_policy(RoleName="reader", PolicyName="all", PolicyDocument=json.dumps(_ALL))
    iam.close()
    requests.post(f"{s3}/moto-api/reset-auth", data="0", timeout=10).raise_for_status()
    yield {"access_key_id": key["AccessKeyId"], "secret_access_key": key["SecretAccessKey"]}
    requests.post(f"{s3}/moto-api/reset-auth", data="inf", timeout=10).raise_for_status()


def checked(exports: Exports, storage: dict[str, Any]) -> tuple[str, str]:
    (status,) = exports.run("check", config={"storage": storage}).of("CONNECTION_STATUS")
    return status["status"], status.get("message", "")


def fill(s3: str, folder: str = "") -> None:
    put(s3, folder + FILE, json.dumps(OUTBOUND).encode())
    put(s3, folder + AUDIENCE, json.dumps(ADDED).encode())


def test_a_bucket_is_read_below_its_path_and_the_next_sync_reads_what_is_new(exports: Exports, s3: str) -> None:
    fill(s3, "some/path/")
    put(s3, f"some/path-not/{FILE}", b"not ours")
    storage = s3_storage(s3, bucket_path="/some/path/", s3_bucket_region="eu-west-1")
    assert checked(exports, storage) == ("SUCCEEDED", "")
    done = exports.read(storage=storage)
    assert done.code == 0
    assert {row["_ab_source_file_url"] for row in done.rows("events")} == {FILE}
    assert [row["action"] for row in done.rows("audience_membership_changes")] == ["add"]

    new = f"{datetime.now(timezone.utc):%Y-%m-%d/mPTravel_%Y%m%d%H%M%S%f}_34523.txt"
    put(s3, f"some/path/{new}", json.dumps(OUTBOUND).encode())
    more = exports.read(storage=storage, state=done.state)
    assert more.code == 0
    assert {row["_ab_source_file_url"] for row in more.rows("events")} == {new}
    assert more.rows("audience_membership_changes") == []


def test_keys_of_the_environment_are_taken_where_none_are_configured(
    exports: Exports, s3: str, user: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = {"storage_type": "S3", "s3_bucket_name": BUCKET, "s3_endpoint": s3}
    status, message = checked(exports, storage)
    assert status == "FAILED"
    assert "Access Key ID (`access_key_id`)" in message
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", user["access_key_id"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", user["secret_access_key"])
    # The user is let in, and finds nothing.
    assert "Nothing lies there" in checked(exports, storage)[1]


def test_wrong_keys_are_told_by_check_and_by_read(exports: Exports, s3: str, user: dict[str, str]) -> None:
    assert "Nothing lies there" in checked(exports, s3_storage(s3, **user))[1]
    for wrong in ({"access_key_id": "AKIAUNKNOWN"}, {"secret_access_key": "another-secret"}):
        storage = s3_storage(s3, **user | wrong)
        status, message = checked(exports, storage)
        assert status == "FAILED"
        assert "did not let this connector list the exports (PermissionError: " in message
        assert "Secret Access Key (`secret_access_key`)" in message
        done = exports.read(streams=["events"], storage=storage)
        assert (done.code, done.status("events")) == (1, "INCOMPLETE")
        assert "Secret Access Key (`secret_access_key`)" in done.errors
        assert storage["secret_access_key"] not in done.text


def test_a_role_is_assumed_with_the_keys(
    exports: Exports, s3: str, user: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", s3)
    role = "arn:aws:iam::123456789012:role/reader"
    assert "Nothing lies there" in checked(exports, s3_storage(s3, **user, role_arn=role))[1]
    status, message = checked(exports, s3_storage(s3, **user | {"access_key_id": "AKIAUNKNOWN"}, role_arn=role))
    assert status == "FAILED"
    assert "Role ARN (`role_arn`)" in message


def test_a_bucket_that_is_not_there_is_told(exports: Exports, s3: str) -> None:
    storage = s3_storage(s3, s3_bucket_name="another")
    status, message = checked(exports, storage)
    assert status == "FAILED"
    assert "does not exist" in message
    assert "S3 Bucket Name (`s3_bucket_name`)" in message
    done = exports.read(streams=["events"], storage=storage)
    assert (done.code, done.status("events")) == (1, "INCOMPLETE")
    assert "S3 Bucket Name (`s3_bucket_name`)" in done.errors


def test_a_bucket_of_more_files_than_a_page_is_listed_whole(s3: str) -> None:
    names = {f"2017-10-{1 + number % 9:02}/App_20171017000000000000_{number:05}.txt" for number in range(1_100)}
    with requests.Session() as session:
        for name in names:
            session.put(f"{s3}/{BUCKET}/{name}", b"{}", timeout=10).raise_for_status()
    storage = open_storage(S3Storage.parse_obj(s3_storage(s3)))
    assert {file.path for file in list_files(storage, None)} == names
