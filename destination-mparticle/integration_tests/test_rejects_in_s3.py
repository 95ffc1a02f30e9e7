import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from mparticle_sandbox import SandboxProcess

from destination_mparticle.check import config_errors
from destination_mparticle.config import parse_config
from destination_mparticle.protocol.catalog import parse_catalog
from destination_mparticle.tracking.file_storage import Files
from destination_mparticle.tracking.replay import rejected_records

from .harness import EVENTS, catalog, config, files, record, state, written

BUCKET = "rejects"


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    # Not at the top: every worker imports that, and only one runs this.
    import boto3  # noqa: PLC0415
    from moto.server import ThreadedMotoServer  # noqa: PLC0415

    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    server = ThreadedMotoServer("127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    # All servers of a process share their buckets.
    requests.post(f"{endpoint}/moto-api/reset", timeout=10)
    client = boto3.client(
        "s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="id", aws_secret_access_key="secret"
    )
    client.create_bucket(Bucket=BUCKET)
    yield endpoint, client
    server.stop()


def storage(endpoint: Any, bucket: Any = BUCKET) -> Any:
    return {
        "storage_type": "S3",
        "access_key_id": "an-access-key",
        "secret_access_key": "secret-access-key",
        "s3_bucket_name": bucket,
        "s3_bucket_region": "us-east-1",
        "s3_endpoint": endpoint,
        "bucket_path": "mparticle/",
    }


def test_rejected_records_are_in_the_bucket_before_their_state_goes_out(sandbox: SandboxProcess, bucket: Any) -> None:
    endpoint, client = bucket
    settings = config(sandbox, on_rejected="skip", object_storage_config=storage(endpoint))

    states, failure = written(
        settings,
        catalog(sync_id=12),
        [record("events", customer=None, name="B", at=1714557600000), state("events", read=1)],
    )

    assert failure is None
    assert states[0]["state"]["destinationStats"]["rejectedRecordCount"] == 1.0
    (key,) = [entry["Key"] for entry in client.list_objects_v2(Bucket=BUCKET)["Contents"]]
    assert key.startswith("mparticle/sync_12/events/")
    row = json.loads(client.get_object(Bucket=BUCKET, Key=key)["Body"].read())
    assert row["rejected_reason"] == "missing_identity"
    assert row["data"]["name"] == "B"


def test_check_says_that_the_bucket_cannot_be_written_to(sandbox: SandboxProcess, bucket: Any) -> None:
    endpoint, client = bucket

    assert config_errors(parse_config(config(sandbox, object_storage_config=storage(endpoint)))) == []
    (problem,) = config_errors(parse_config(config(sandbox, object_storage_config=storage(endpoint, "no-such-bucket"))))

    assert "object_storage_config" in problem
    assert "s3://no-such-bucket/mparticle" in problem
    left = client.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    assert not [entry["Key"] for entry in left if "check" in entry["Key"]]


def test_rejected_records_in_a_bucket_are_sent_again_once_their_cause_is_fixed(
    sandbox: SandboxProcess, bucket: Any
) -> None:
    endpoint, _ = bucket
    settings = config(sandbox, on_rejected="skip", object_storage_config=storage(endpoint))
    streams = catalog(sync_id=77)
    written(settings, streams, [record("events", customer=None, account="c-7", name="B", at=1714557600000)])

    place = Files.of(parse_config(settings).storage)
    assert place is not None
    fixed = {**EVENTS, "fields": [{"field": "customer_id", "value": "{account}"}, *EVENTS["fields"][1:]]}
    for path in ("sync_77", "s3://rejects/mparticle/sync_77/events"):
        lines = list(rejected_records(place, path, parse_catalog(streams)))
        _, failure = written(config(sandbox, fixed), streams, lines)
        assert failure is None

    assert len(sandbox.user("customer_id:c-7")) == 1


def test_a_bucket_that_is_not_there_ends_a_write_with_its_name(sandbox: SandboxProcess, bucket: Any) -> None:
    endpoint, _ = bucket
    settings = config(sandbox, on_rejected="skip", object_storage_config=storage(endpoint, "no-such-bucket"))

    _, failure = written(settings, catalog(), [record("events", customer=None, name="B", at=1714557600000)])

    assert "s3://no-such-bucket/mparticle" in str(failure)
    assert "secret-access-key" not in str(failure)


WITHOUT_S3FS = "import sys; sys.modules['s3fs'] = None; from destination_mparticle.run import run; run()"


@pytest.mark.parametrize("name", ["check", "write"])
def test_without_the_extra_for_s3_the_sentence_says_what_to_install(
    sandbox: SandboxProcess, tmp_path: Path, name: str
) -> None:
    paths = files(tmp_path, config(sandbox, object_storage_config=storage("http://127.0.0.1:9")), catalog())
    arguments = paths if name == "write" else paths[:2]

    done = subprocess.run([sys.executable, "-c", WITHOUT_S3FS, name, *arguments], capture_output=True, check=False)

    (said,) = [line for line in map(json.loads, done.stdout.splitlines()) if line["type"] != "LOG"]
    message = said["connectionStatus"]["message"] if name == "check" else said["trace"]["error"]["message"]
    assert "install airbyte-destination-mparticle[s3]" in message
    assert b"Traceback" not in done.stderr
