import json

import boto3
import pytest
from moto.server import ThreadedMotoServer

from destination_mparticle.check import problems
from destination_mparticle.config import parse_config

from .harness import catalog, config, record, state, written

BUCKET = "rejects"


@pytest.fixture
def bucket(monkeypatch):
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    server = ThreadedMotoServer("127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    client = boto3.client(
        "s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="id", aws_secret_access_key="secret"
    )
    client.create_bucket(Bucket=BUCKET)
    yield endpoint, client
    server.stop()


def storage(endpoint, bucket=BUCKET):
    return {
        "storage_type": "S3",
        "access_key_id": "id",
        "secret_access_key": "secret-access-key",
        "s3_bucket_name": bucket,
        "s3_bucket_region": "us-east-1",
        "s3_endpoint": endpoint,
        "bucket_path": "mparticle/",
    }


def test_rejected_records_are_in_the_bucket_before_their_state_goes_out(sandbox, bucket):
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


def test_check_says_that_the_bucket_cannot_be_written_to(sandbox, bucket):
    endpoint, client = bucket

    assert problems(parse_config(config(sandbox, object_storage_config=storage(endpoint)))) == []
    (problem,) = problems(parse_config(config(sandbox, object_storage_config=storage(endpoint, "no-such-bucket"))))

    assert "object_storage_config" in problem
    left = client.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    assert not [entry["Key"] for entry in left if "check" in entry["Key"]]
