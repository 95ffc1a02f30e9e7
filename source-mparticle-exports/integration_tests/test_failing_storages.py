"""A server that fails: no sync hangs, and none takes a part for the whole."""

import json
import time
from collections.abc import Iterator

import pytest
from airbyte_cdk.models import FailureType
from airbyte_cdk.utils import AirbyteTracedException
from botocore.exceptions import BotoCoreError

from integration_tests import storages
from integration_tests.harness import Exports
from integration_tests.storages import Failure, failing, is_file, is_listing, put, s3_server, s3_storage
from source_mparticle_exports.config import S3Storage
from source_mparticle_exports.file_systems.patience import Patience
from source_mparticle_exports.listing import list_files
from source_mparticle_exports.storage import open_storage
from unit_tests.exports import OUTBOUND

FILE = "2017-10-17/mPTravel_20171017170911644493_34523.txt"
CONTENT = b"".join(json.dumps(OUTBOUND | {"batch_id": number}).encode() + b"\n" for number in range(40))
# As patient as the connector, but faster.
HASTY = Patience(connect=1, silence=0.5, answer=1, block=2, attempts=1, rounds=1)
FAILURES: dict[str, Failure] = {
    "silent": storages.silent,
    "drips its head": storages.drips_its_head,
    "drips its body": storages.drips_its_body,
    "stops": storages.stops_in_the_middle,
    "cuts": storages.cuts_the_connection,
    "500": storages.fails_with(500),
}


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch, s3_server() as endpoint:
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        put(endpoint, FILE, CONTENT)
        yield endpoint


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_a_server_that_fails_ends_in_time_what_is_asked_of_it(s3: str, failure: Failure) -> None:
    started = time.monotonic()
    with failing(s3, failure, is_listing) as url:
        storage = open_storage(S3Storage.parse_obj(s3_storage(url)), HASTY)
        with pytest.raises((OSError, BotoCoreError)):
            list(list_files(storage, None))
    with failing(s3, failure, is_file) as url:
        storage = open_storage(S3Storage.parse_obj(s3_storage(url)), HASTY)
        with storage.open(FILE) as opened, pytest.raises(AirbyteTracedException, match=f"read {FILE}") as failed:
            opened.read()
    assert failed.value.failure_type is FailureType.transient_error
    assert time.monotonic() - started < 30


@pytest.mark.parametrize("failure", [storages.cuts_the_connection, storages.sends_half_as_all])
def test_a_sync_of_which_a_part_was_not_read_is_incomplete(exports: Exports, s3: str, failure: Failure) -> None:
    with failing(s3, failure) as url:
        done = exports.read(streams=["events"], storage=s3_storage(url))
    assert (done.code, done.status("events")) == (1, "INCOMPLETE")
    assert f"read {FILE}" in done.errors
    assert "S3 Endpoint (`s3_endpoint`)" in done.errors


def test_a_server_that_is_not_there_is_told(exports: Exports, s3: str) -> None:
    with failing(s3, storages.silent) as url:
        """Only for an address at which nobody listens any more."""
    (status,) = exports.run("check", config={"storage": s3_storage(url)}).of("CONNECTION_STATUS")
    assert status["status"] == "FAILED"
    assert "S3 Endpoint (`s3_endpoint`)" in status["message"]
