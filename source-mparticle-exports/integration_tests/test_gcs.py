"""Google Cloud Storage, played by an emulator: keys, paths, compression, and what is wrong with a configuration."""

import gzip
import json
import re
import time
from collections.abc import Iterator
from datetime import date, datetime, timezone
from typing import Any

import pytest
from airbyte_cdk.models import FailureType
from airbyte_cdk.utils import AirbyteTracedException

from integration_tests.google_storage import gcs_emulator, gcs_storage, new_private_key, put_object, service_account
from integration_tests.harness import Exports
from integration_tests.storages import Answer, Failure, drips_its_body, failing, sends_half_as_all
from integration_tests.test_failing_storages import CONTENT, HASTY
from source_mparticle_exports.config import GcsStorage
from source_mparticle_exports.listing import list_files
from source_mparticle_exports.storage import BLOCK_BYTES, open_storage
from unit_tests.exports import ADDED, OUTBOUND

# Google's packages say when they will no longer support a version of Python.
pytestmark = pytest.mark.filterwarnings("ignore:You are using a Python version:FutureWarning")
pytest.importorskip("gcp_storage_emulator", reason="the emulator is not there: pip install gcp-storage-emulator")

FILE = "2017-10-17/mPTravel_20171017170911644493_34523.txt"
AUDIENCE = "audiences/Test-Audience_1234_2020-01-01_00-00-00_721e1d63-a396-4676-bac2-3f6f31e88cc2.txt"


@pytest.fixture
def gcs() -> Iterator[str]:
    with gcs_emulator() as url:
        yield url


@pytest.fixture(scope="module")
def key() -> Iterator[dict[str, str]]:
    with service_account() as key:
        yield key


def checked(exports: Exports, storage: dict[str, Any]) -> tuple[str, str]:
    (status,) = exports.run("check", config={"storage": storage}).of("CONNECTION_STATUS")
    return status["status"], status.get("message", "")


def test_a_bucket_is_read_below_its_path_and_the_next_sync_reads_what_is_new(
    exports: Exports, gcs: str, key: dict[str, str]
) -> None:
    put_object(gcs, f"some/path/{FILE}", gzip.compress(json.dumps(OUTBOUND).encode()))
    put_object(gcs, f"some/path/{AUDIENCE}", json.dumps(ADDED).encode())
    put_object(gcs, "some/path/mparticle-validation-2020-01-01.txt", b"")
    put_object(gcs, f"some/path-not/{FILE}", b"not ours")
    storage = gcs_storage(bucket_path="/some/path/", service_account_json=json.dumps(key))
    assert checked(exports, storage) == ("SUCCEEDED", "")
    done = exports.read(storage=storage)
    assert done.code == 0, done.errors
    assert {row["_ab_source_file_url"] for row in done.rows("events")} == {FILE}
    assert [row["action"] for row in done.rows("audience_membership_changes")] == ["add"]

    new = f"{datetime.now(timezone.utc):%Y-%m-%d/mPTravel_%Y%m%d%H%M%S%f}_34523.txt"
    put_object(gcs, f"some/path/{new}", json.dumps(OUTBOUND).encode())
    more = exports.read(storage=storage, state=done.state)
    assert more.code == 0, more.errors
    assert {row["_ab_source_file_url"] for row in more.rows("events")} == {new}
    assert more.rows("audience_membership_changes") == []


def test_a_key_that_is_refused_is_told_at_once(exports: Exports, gcs: str, key: dict[str, str]) -> None:
    put_object(gcs, FILE, json.dumps(OUTBOUND).encode())
    unknown = key | {"private_key": new_private_key()}
    started = time.monotonic()
    done = exports.read(streams=["events"], storage=gcs_storage(service_account_json=json.dumps(unknown)))
    assert (done.code, done.status("events")) == (1, "INCOMPLETE")
    assert "invalid_grant: Invalid JWT Signature" in done.errors
    assert "Service Account Key (`service_account_json`)" in done.errors
    # The library alone waits for more than this between its six attempts.
    assert time.monotonic() - started < 30
    assert unknown["private_key"].splitlines()[1] not in done.text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a-secret", "is not JSON"),
        ('["a-secret"]', "is not a key of a service account"),
        ('{"type": "authorized_user", "refresh_token": "a-secret"}', "is not a key of a service account"),
        ('{"type": "service_account", "private_key": "a-secret"}', "is not whole"),
        (
            '{"type": "service_account", "private_key": "a-secret", "client_email": "a", "token_uri": "b"}',
            "is not whole",
        ),
    ],
)
def test_a_key_that_is_none_is_told_without_its_text(text: str, problem: str) -> None:
    expected = re.escape(f"Service Account Key (`service_account_json`) {problem}")
    with pytest.raises(AirbyteTracedException, match=expected) as refused:
        open_storage(GcsStorage.parse_obj(gcs_storage(service_account_json=text)))
    assert refused.value.failure_type is FailureType.config_error
    assert "a-secret" not in (refused.value.message or "")


def test_a_bucket_that_is_not_there_is_told(exports: Exports, gcs: str, key: dict[str, str]) -> None:
    assert gcs
    storage = gcs_storage(bucket_name="another", service_account_json=json.dumps(key))
    status, message = checked(exports, storage)
    assert status == "FAILED"
    assert "does not exist" in message
    assert "Bucket Name (`bucket_name`)" in message
    done = exports.read(streams=["events"], storage=storage)
    assert (done.code, done.status("events")) == (1, "INCOMPLETE")
    assert "Bucket Name (`bucket_name`)" in done.errors


def test_a_bucket_that_may_not_be_read_is_told(
    exports: Exports, gcs: str, key: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(answer: Answer) -> None:
        answer.send(403, b'{"error": {"code": 403, "message": "It does not have storage.objects.list access."}}')

    with failing(gcs, denied, lambda *_: True) as url:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", url)
        status, message = checked(exports, gcs_storage(service_account_json=json.dumps(key)))
    assert status == "FAILED"
    assert "OSError: It does not have storage.objects.list access" in message
    assert "Check Bucket Name (`bucket_name`), Path in the Bucket (`bucket_path`) and Service Account Key" in message


def test_only_date_folders_that_may_hold_something_new_are_listed(gcs: str) -> None:
    new, old = FILE.replace("2017-10-17/", "2017-10-18/"), FILE
    root = "mPTravel_20171017170911644493_34523.txt"
    for path in (new, old, AUDIENCE, root):
        put_object(gcs, f"some/path/{path}", b"{}")
    storage = open_storage(GcsStorage.parse_obj(gcs_storage(bucket_path="some/path")))
    assert {file.path for file in list_files(storage, None)} == {new, old, AUDIENCE, root}
    assert {file.path for file in list_files(storage, date(2017, 10, 18))} == {new, AUDIENCE, root}


def test_a_file_of_several_blocks_is_read_whole(gcs: str) -> None:
    content = b"".join(b"%d\n" % number for number in range(800_000))
    assert len(content) > 2 * BLOCK_BYTES
    put_object(gcs, FILE, content)
    storage = open_storage(GcsStorage.parse_obj(gcs_storage()))
    (found,) = list_files(storage, None)
    assert found.size == len(content)
    with storage.open(FILE) as opened:
        assert opened.readall() == content


@pytest.mark.parametrize("failure", [drips_its_body, sends_half_as_all])
def test_a_server_that_fails_ends_in_time_what_is_asked_of_it(
    gcs: str, failure: Failure, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_object(gcs, FILE, CONTENT)
    started = time.monotonic()
    with failing(gcs, failure, lambda _, path: "alt=media" in path) as url:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", url)
        file = open_storage(GcsStorage.parse_obj(gcs_storage()), HASTY).open(FILE)
        with file, pytest.raises(AirbyteTracedException, match=f"read {FILE}") as failed:
            file.readall()
    assert failed.value.failure_type is FailureType.transient_error
    assert time.monotonic() - started < 30
