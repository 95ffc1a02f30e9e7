"""Azure Blob Storage, played by Azurite: keys, tokens, paths, many files, and what is wrong with a configuration."""

import gzip
import json
import time
from collections.abc import Iterator
from datetime import date, datetime, timezone
from typing import Any

import pytest
from airbyte_cdk.models import FailureType
from airbyte_cdk.utils import AirbyteTracedException
from azure.core.exceptions import AzureError
from azure.storage.blob import BlobServiceClient

from integration_tests.azure_storage import (
    ACCOUNT,
    KEY,
    at,
    azure_storage,
    azurite,
    azurite_command,
    put_blob,
    sas_token,
)
from integration_tests.harness import Exports
from integration_tests.storages import Failure, failing
from integration_tests.test_failing_storages import CONTENT, FAILURES, HASTY
from source_mparticle_exports.config import AzureStorage
from source_mparticle_exports.file_systems.patience import Patience
from source_mparticle_exports.listing import list_files
from source_mparticle_exports.storage import BLOCK_BYTES, Storage, open_storage
from unit_tests.exports import ADDED, OUTBOUND

pytestmark = pytest.mark.skipif(
    azurite_command() is None, reason="the emulator is not there: npm install -g azurite, or name it in AZURITE_BLOB"
)

FILE = "2017-10-17/mPTravel_20171017170911644493_34523.txt"
AUDIENCE = "audiences/Test-Audience_1234_2020-01-01_00-00-00_721e1d63-a396-4676-bac2-3f6f31e88cc2.txt"

_USUAL = Patience()


@pytest.fixture
def azure() -> Iterator[BlobServiceClient]:
    with azurite() as client:
        yield client


def opened(patience: Patience = _USUAL, **changes: str) -> Storage:
    return open_storage(AzureStorage.parse_obj(azure_storage(account_key=KEY, **changes)), patience)


def checked(exports: Exports, storage: dict[str, Any]) -> tuple[str, str]:
    (status,) = exports.run("check", config={"storage": storage}).of("CONNECTION_STATUS")
    return status["status"], status.get("message", "")


def test_a_container_is_read_below_its_path_and_the_next_sync_reads_what_is_new(
    exports: Exports, azure: BlobServiceClient
) -> None:
    put_blob(azure, f"some/path/{FILE}", gzip.compress(json.dumps(OUTBOUND).encode()))
    put_blob(azure, f"some/path/{AUDIENCE}", json.dumps(ADDED).encode())
    put_blob(azure, "some/path/mparticle_validation.txt", b"")
    put_blob(azure, f"some/path-not/{FILE}", b"not ours")
    storage = azure_storage(blob_path="/some/path/", account_key=KEY)
    assert checked(exports, storage) == ("SUCCEEDED", "")
    done = exports.read(storage=storage)
    assert done.code == 0, done.errors
    assert {row["_ab_source_file_url"] for row in done.rows("events")} == {FILE}
    assert [row["action"] for row in done.rows("audience_membership_changes")] == ["add"]

    new = f"{datetime.now(timezone.utc):%Y-%m-%d/mPTravel_%Y%m%d%H%M%S%f}_34523.txt"
    put_blob(azure, f"some/path/{new}", json.dumps(OUTBOUND).encode())
    more = exports.read(storage=storage, state=done.state)
    assert more.code == 0, more.errors
    assert {row["_ab_source_file_url"] for row in more.rows("events")} == {new}
    assert more.rows("audience_membership_changes") == []


@pytest.mark.parametrize("mark", ["", "?"])
def test_a_token_of_the_container_is_enough(exports: Exports, azure: BlobServiceClient, mark: str) -> None:
    put_blob(azure, FILE, json.dumps(OUTBOUND).encode())
    done = exports.read(streams=["events"], storage=azure_storage(sas_token=mark + sas_token()))
    assert done.code == 0, done.errors
    assert {row["_ab_source_file_url"] for row in done.rows("events")} == {FILE}


def test_a_wrong_key_and_a_wrong_token_are_told(exports: Exports, azure: BlobServiceClient) -> None:
    put_blob(azure, FILE, json.dumps(OUTBOUND).encode())
    signature = sas_token().rpartition("sig=")[2]
    for wrong in (
        {"account_key": "YW5vdGhlci1zZWNyZXQ="},
        {"account_key": "another-secret-that-is-no-key"},
        {"sas_token": sas_token().replace(signature, "YW5vdGhlci1zZWNyZXQ%3D")},
    ):
        done = exports.read(streams=["events"], storage=azure_storage(**wrong))
        assert (done.code, done.status("events")) == (1, "INCOMPLETE")
        assert "Account Key (`account_key`) and SAS Token (`sas_token`)" in done.errors
        assert not any(secret in done.text for secret in wrong.values())


def test_a_container_that_is_not_there_is_told(exports: Exports, azure: BlobServiceClient) -> None:
    assert azure
    storage = azure_storage(container_name="another", account_key=KEY)
    status, message = checked(exports, storage)
    assert status == "FAILED"
    assert "does not exist" in message
    assert "Container Name (`container_name`)" in message
    done = exports.read(streams=["events"], storage=storage)
    assert (done.code, done.status("events")) == (1, "INCOMPLETE")
    assert "Container Name (`container_name`)" in done.errors


def test_the_configured_account_is_read_whatever_the_environment_names(
    azure: BlobServiceClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_blob(azure, FILE, b"{}")
    nowhere = f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey=YQ==;BlobEndpoint=http://127.0.0.1:1/a;"
    monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", nowhere)
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", "YW5vdGhlci1zZWNyZXQ=")
    storage = open_storage(AzureStorage.parse_obj(azure_storage(sas_token=sas_token())))
    assert [file.path for file in list_files(storage, None)] == [FILE]
    with storage.open(FILE) as file:
        assert file.readall() == b"{}"


def test_only_date_folders_that_may_hold_something_new_are_listed(azure: BlobServiceClient) -> None:
    new, old = FILE.replace("2017-10-17/", "2017-10-18/"), FILE
    root = "mPTravel_20171017170911644493_34523.txt"
    for path in (new, old, AUDIENCE, root):
        put_blob(azure, f"some/path/{path}", b"{}")
    for storage in (opened(blob_path="some/path"), opened(blob_path="some/path/")):
        assert {file.path for file in list_files(storage, None)} == {new, old, AUDIENCE, root}
        assert {file.path for file in list_files(storage, date(2017, 10, 18))} == {new, AUDIENCE, root}


def test_a_path_that_is_a_file_is_told(azure: BlobServiceClient) -> None:
    put_blob(azure, FILE, b"{}")
    with pytest.raises(NotADirectoryError):
        list(list_files(opened(blob_path=FILE), None))


def test_a_container_of_more_files_than_a_page_is_listed_whole(azure: BlobServiceClient) -> None:
    names = {f"2017-10-{1 + number % 9:02}/App_20171017000000000000_{number:05}.txt" for number in range(5_100)}
    for name in names:
        put_blob(azure, name, b"{}")
    assert {file.path for file in list_files(opened(), None)} == names


def test_a_file_of_several_blocks_is_read_whole(azure: BlobServiceClient) -> None:
    content = b"".join(b"%d\n" % number for number in range(800_000))
    assert len(content) > 2 * BLOCK_BYTES
    put_blob(azure, FILE, content)
    storage = opened()
    (found,) = list_files(storage, None)
    assert found.size == len(content)
    with storage.open(FILE) as file:
        assert file.readall() == content


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
# The client leaves a connection that it was told to give up to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_server_that_fails_ends_in_time_what_is_asked_of_it(azure: BlobServiceClient, failure: Failure) -> None:
    put_blob(azure, FILE, CONTENT)
    host = azure.url.removesuffix("/").removesuffix(f"/{ACCOUNT}")
    started = time.monotonic()
    with failing(host, failure, is_listing) as url, at(f"{url}/{ACCOUNT}"), pytest.raises((AzureError, OSError)):
        list(list_files(opened(HASTY), None))
    with failing(host, failure, is_blob) as url, at(f"{url}/{ACCOUNT}"):
        file = opened(HASTY).open(FILE)
        with file, pytest.raises(AirbyteTracedException, match=f"read {FILE}") as failed:
            file.readall()
    assert failed.value.failure_type is FailureType.transient_error
    assert time.monotonic() - started < 30


def is_listing(command: str, path: str) -> bool:
    return command == "GET" and "comp=list" in path


def is_blob(command: str, path: str) -> bool:
    return command == "GET" and "comp=list" not in path


def test_a_server_that_is_not_there_is_told(exports: Exports) -> None:
    with at("http://127.0.0.1:1/devstoreaccount1"):
        status, message = checked(exports, azure_storage(account_key=KEY))
    assert status == "FAILED"
    assert "Account Name (`account_name`)" in message
