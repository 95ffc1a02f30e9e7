"""A bucket that answers as none does cannot hold a sync for ever, take its memory or put a record into a message."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess

from destination_mparticle import tuning
from destination_mparticle.config import parse_config
from destination_mparticle.errors import FailureType, TransientError
from destination_mparticle.mapping.streams import StreamKey
from destination_mparticle.tracking.file_storage import Files
from destination_mparticle.tracking.replay import rejected_records

from .harness import catalog, config, files, record, state, written
from .raw_bucket import Answer, dripping, flooding, raw_bucket, response
from .s3 import BUCKET, storage

NAME = "2026_11_21_090000000000_0123456789ab_1.jsonl"
LINES = [
    record("events", customer=None, name="Bought", at=1_714_557_600_000, secret="Canary"),
    state("events", read=1),
]


def settings(sandbox: SandboxProcess, endpoint: str) -> Any:
    return config(sandbox, on_rejected="skip", object_storage_config=storage(endpoint))


@pytest.fixture(autouse=True)
def _no_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


NEVER_ENDING: dict[str, Answer | None] = {
    "silent": None,
    "headers": dripping(b"HTTP/1.1 200 OK\r\nX: "),
    "body": dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"),
}


@pytest.mark.parametrize("answer", NEVER_ENDING.values(), ids=NEVER_ENDING)
def test_a_bucket_that_never_answers_ends_the_sync_in_time_and_no_state_goes_out(
    sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch, answer: Answer | None
) -> None:
    monkeypatch.setattr(tuning, "BUCKET_SECONDS", 1.0)
    with raw_bucket(answer) as bucket:
        begun = time.monotonic()
        states, error = written(settings(sandbox, bucket.url), catalog(), LINES)

    assert time.monotonic() - begun < 10
    assert error.failure_type is FailureType.TRANSIENT
    assert "Store for Rejected Records (`object_storage_config`): `s3://rejects/mparticle` cannot be" in str(error)
    assert "S3 Endpoint (`s3_endpoint`)" in str(error)
    assert states == []


def test_a_bucket_that_never_answers_ends_a_replay_in_time(
    sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tuning, "BUCKET_SECONDS", 1.0)
    with raw_bucket(None) as bucket:
        place = Files.of(parse_config(settings(sandbox, bucket.url)).storage)
        assert place is not None
        with pytest.raises(TransientError, match="cannot be read at the moment"):
            list(rejected_records(place, ".", [StreamKey("", "events")]))


def test_what_a_bucket_sends_without_end_is_not_kept(sandbox: SandboxProcess) -> None:
    with raw_bucket(flooding) as bucket:
        states, error = written(settings(sandbox, bucket.url), catalog(), LINES)

    assert error.failure_type is FailureType.CONFIG
    assert "cannot be written to (EndlessResponse)" in str(error)
    assert bucket.requests == 1
    # What is under way in the buffers of two sockets comes on top.
    assert bucket.sent < tuning.BUCKET_RESPONSE_BYTES + 20_000_000
    assert states == []


@pytest.mark.parametrize("location", [b"http://[", b"http://127.0.0.1:9/x"])
def test_a_redirect_is_not_asked_about_again_and_again(sandbox: SandboxProcess, location: bytes) -> None:
    with raw_bucket(response(307, b"", b"Location: " + location)) as bucket:
        states, error = written(settings(sandbox, bucket.url), catalog(), LINES)

    assert error.failure_type is FailureType.CONFIG
    assert "cannot be written to (RedirectResponse); check " in str(error)
    assert bucket.requests == 1
    assert states == []


def test_a_redirect_that_names_the_region_of_the_bucket_is_understood(sandbox: SandboxProcess) -> None:
    answers = iter([response(301, b"", b"x-amz-bucket-region: eu-west-1"), response(200)])

    def in_turn(send: Any) -> None:
        next(answers)(send)

    with raw_bucket(in_turn) as bucket:
        states, error = written(settings(sandbox, bucket.url), catalog(), LINES)

    assert error is None
    assert bucket.requests == 2
    assert len(states) == 1


def test_a_word_of_a_bucket_that_is_not_s3s_stays_out_of_the_message(sandbox: SandboxProcess) -> None:
    body = b"<Error><Code>Canary</Code><Message>Canary</Message></Error>"
    with raw_bucket(response(400, body)) as bucket:
        _, error = written(settings(sandbox, bucket.url), catalog(), LINES)

    assert "cannot be written to (OSError, 400); check " in str(error)
    assert "Canary" not in str(error)


_HURRIED = "from destination_mparticle import run, tuning; tuning.GRACE_SECONDS, tuning.BUCKET_SECONDS = {}; run.run()"


@pytest.mark.parametrize("seconds", [(1.0, 60.0), (9.0, 1.5)], ids=["until the grace is over", "until the bucket is"])
def test_a_signal_while_a_bucket_is_silent_ends_the_sync_with_its_code_and_says_so(
    sandbox: SandboxProcess, tmp_path: Path, seconds: tuple[float, float]
) -> None:
    with raw_bucket(None) as bucket:
        paths = files(tmp_path, settings(sandbox, bucket.url), catalog())
        arguments = [sys.executable, "-c", _HURRIED.format(seconds), "write", *paths]
        with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdin is not None
            process.stdin.write(b"".join(LINES))
            process.stdin.close()
            process.stdin = None
            while not bucket.requests:
                time.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            out, _ = process.communicate(timeout=20)

    assert process.returncode == 143
    (error,) = [line["trace"]["error"] for line in map(json.loads, out.splitlines()) if line["type"] == "TRACE"]
    assert error["failure_type"] == "transient_error"
    assert "SIGTERM" in error["message"]


def test_a_file_of_many_blocks_in_a_bucket_is_read_line_by_line(
    sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch, bucket: Any
) -> None:
    endpoint, client = bucket
    lines = [b"x" * length for length in (0, 6, 7, 20, 1, 0, 3)]
    client.put_object(Bucket=BUCKET, Key=f"mparticle/{NAME}", Body=b"\n".join(lines))
    client.put_object(Bucket=BUCKET, Key=f"mparticle/empty/{NAME}", Body=b"")
    monkeypatch.setattr(tuning, "BUCKET_BLOCK_BYTES", 7)
    place = Files.of(parse_config(settings(sandbox, endpoint)).storage)
    assert place is not None

    assert list(place.lines(NAME)) == lines
    assert list(place.lines(f"empty/{NAME}")) == []
