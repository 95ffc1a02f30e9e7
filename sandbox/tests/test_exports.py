"""A sandbox that exports what it accepts."""

import gzip
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.cli import main
from mparticle_sandbox.process import SandboxExportError, SandboxStartError
from mparticle_sandbox.testing import NO_RATE_LIMIT

from tests.helpers.client import Client
from tests.helpers.exports import exported
from tests.helpers.sender import Sender, batch, custom_event

SMALL: dict[str, Any] = {"audiences": 5, "profiles": 5}
VERIFICATION = "mParticle_Bucket_Verification_*.txt"


def send(sandbox: SandboxProcess, *batches: dict[str, Any]) -> None:
    with Sender(sandbox) as sender:
        for content in batches:
            assert sender.one(content).status_code == 202


def numbered(count: int) -> list[dict[str, Any]]:
    return [batch(source_request_id=str(number)) for number in range(count)]


def request_ids(lines: list[dict[str, Any]]) -> list[str]:
    return sorted(line["source_request_id"] for line in lines)


def test_what_was_accepted_is_written_when_asked(tmp_path: Path) -> None:
    with SandboxProcess(export_to=tmp_path, export_dates="upload", export_folder="/in/", **SMALL) as sandbox:
        send(sandbox, *numbered(3))
        assert exported(tmp_path) == []
        (path,) = sandbox.flush_exports()
        (name,) = (str(each.relative_to(tmp_path)) for each in tmp_path.glob("in/????-??-??/Shop_*.txt"))
        assert path == name
        assert request_ids(exported(tmp_path)) == ["0", "1", "2"]
        assert sandbox.flush_exports() == []


def test_what_is_refused_repeated_or_dropped_is_not_exported(tmp_path: Path) -> None:
    with SandboxProcess(export_to=tmp_path, **SMALL) as sandbox:
        with Sender(sandbox) as sender:
            sender.bulk([batch(source_request_id="a"), batch(source_request_id="a"), batch(events=[{}])])
            sender.historical([batch(source_request_id="young")])
        sandbox.flush_exports()
        assert request_ids(exported(tmp_path)) == ["a"]


def test_the_verification_file_lies_there_from_the_start(tmp_path: Path) -> None:
    with SandboxProcess(export_to=tmp_path / "new" / "folder", **SMALL) as sandbox:
        (file,) = tmp_path.glob(f"new/folder/{VERIFICATION}")
        assert file.read_text() == "{}"
        assert sandbox.exports()["files"] == [file.name]


def test_files_are_written_after_so_many_batches_and_the_rest_at_the_end(tmp_path: Path) -> None:
    with SandboxProcess(export_to=tmp_path, export_every=2, **SMALL) as sandbox:
        send(sandbox, *numbered(3))
        assert request_ids(exported(tmp_path)) == ["0", "1"]
    assert request_ids(exported(tmp_path)) == ["0", "1", "2"]


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_the_command_writes_the_rest_when_it_is_stopped(tmp_path: Path, stop: signal.Signals) -> None:
    command = [sys.executable, "-m", "mparticle_sandbox", "serve", "--port=0", f"--export-to={tmp_path}"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert server.stdout is not None
    url = server.stdout.readline().split()[-1]
    pair = ("sandbox-key", "sandbox-secret")
    assert requests.post(f"{url}/v2/events", json=batch(), auth=pair, timeout=5).status_code == 202
    server.send_signal(stop)
    assert server.communicate(timeout=10) == ("", "")
    assert (server.returncode, len(exported(tmp_path))) == (0, 1)


def test_what_comes_again_or_late_is_counted(tmp_path: Path) -> None:
    options: dict[str, Any] = {
        "export_redelivered": 0.5,
        "export_late": 0.3,
        "export_gzip": True,
        "export_dates": "upload",
    }
    with SandboxProcess(export_to=tmp_path, **options, **SMALL) as sandbox:
        send(sandbox, *numbered(20))
        counts = sandbox.exports()["lines"]
        assert counts["ordinary"] + counts["late"] == 20
        paths = sandbox.flush_exports()
        report = sandbox.exports()
    assert len(paths) == len([kind for kind, lines in counts.items() if lines]) == 3
    assert all(gzip.decompress((tmp_path / path).read_bytes()) for path in paths)
    lines = exported(tmp_path)
    assert len(lines) == 20 + counts["redelivered"]
    assert len({line["batch_id"] for line in lines}) == 20
    assert (report["waiting_lines"], report["waiting_files"], report["written_files"]) == (0, 0, 4)


def test_two_runs_treat_the_same_batches_alike_and_give_them_other_ids(tmp_path: Path) -> None:
    for _ in range(2):
        with SandboxProcess(export_to=tmp_path, export_redelivered=0.5, export_text_numbers=0.5, **SMALL) as sandbox:
            send(sandbox, *numbered(10))
            counts = sandbox.exports()["lines"]
    lines = exported(tmp_path)
    assert len(lines) == 2 * (10 + counts["redelivered"])
    assert len({str(line["batch_id"]) for line in lines}) == 20
    assert len({(line["source_request_id"], type(line["mpid"])) for line in lines}) == 10


def test_each_input_is_one_of_an_app(tmp_path: Path) -> None:
    pairs: dict[str, Any] = {"api_key": ["a", "b"], "api_secret": ["x", "y"]}
    with SandboxProcess(export_to=tmp_path, **pairs, **SMALL) as sandbox:
        with Sender(sandbox, "a", "x") as first, Sender(sandbox, "b", "y") as second:
            first.one(batch(source_request_id="first"))
            second.one(batch(source_request_id="second"))
        sandbox.flush_exports()
    assert request_ids(exported(tmp_path, "Shop_*.txt")) == ["first"]
    assert request_ids(exported(tmp_path, "Trips_*.txt")) == ["second"]


def test_a_seeded_customer_has_the_mpid_of_the_profile(tmp_path: Path) -> None:
    with SandboxProcess(export_to=tmp_path, **SMALL) as sandbox:
        (profile, *_) = sandbox.profiles()
        send(sandbox, batch(environment="production", user_identities={"customer_id": profile["customer_id"]}))
        sandbox.flush_exports()
    assert [line["mpid"] for line in exported(tmp_path)] == [profile["mpid"]]


def test_whatever_depth_is_accepted_is_exported(tmp_path: Path) -> None:
    with SandboxProcess(export_to=tmp_path, **NO_RATE_LIMIT, **SMALL) as sandbox, requests.Session() as session:
        session.auth = (sandbox.api_key, sandbox.api_secret)
        statuses = set()
        for depth in range(920, 1000):
            deep = "[" * depth + "]" * depth
            body = f'{{"events": [{{"event_type": "session_start", "data": {{"x": {deep}}}}}]}}'
            statuses.add(session.post(f"{sandbox.events_url}/events", data=body, timeout=5).status_code)
        assert statuses <= {202, 400}
        assert sandbox.exports()["batches"] == sandbox.events_report()["batches_accepted"] > 0


def test_single_events_are_one_to_a_line(tmp_path: Path) -> None:
    with SandboxProcess(export_to=tmp_path, export_single_events=True, **SMALL) as sandbox:
        send(sandbox, batch(events=[custom_event(event_name=name) for name in ("a", "b")]))
    assert [[event["data"]["event_name"] for event in line["events"]] for line in exported(tmp_path)] == [["a"], ["b"]]


def test_a_reset_forgets_what_is_not_written_and_leaves_files_alone(tmp_path: Path) -> None:
    with SandboxProcess(export_to=tmp_path, **SMALL) as sandbox:
        send(sandbox, batch(source_request_id="written"))
        sandbox.flush_exports()
        send(sandbox, batch(source_request_id="forgotten"))
        sandbox.reset()
        assert sandbox.exports()["batches"] == sandbox.exports()["waiting_lines"] == 0
        send(sandbox, batch(source_request_id="written"))
        sandbox.flush_exports()
    assert request_ids(exported(tmp_path)) == ["written", "written"]


def test_a_sandbox_that_exports_nothing_says_how_it_would(client: Client) -> None:
    for call in (client.sandbox.exports, client.sandbox.flush_exports, client.sandbox.export_members):
        with pytest.raises(ValueError, match="--export-to"):
            call()


def test_a_destination_that_cannot_be_written_is_one_sentence_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SandboxStartError, match=r"exit code 1: Cannot write .*file"):
        SandboxProcess(export_to=tmp_path / "file" / "below", **SMALL).__enter__()


@pytest.fixture
def broken(tmp_path: Path) -> Callable[[], Path]:
    """A function that puts a file in the place of the folder of exports, and returns where the folder is then."""

    def move() -> Path:
        (tmp_path / "to").rename(tmp_path / "away")
        (tmp_path / "to").write_text("")
        return tmp_path / "away"

    return move


def test_what_could_not_be_written_is_accepted_told_and_written_later(
    tmp_path: Path, broken: Callable[[], Path]
) -> None:
    with SandboxProcess(export_to=tmp_path / "to", export_every=1, **SMALL) as sandbox:
        away = broken()
        send(sandbox, *numbered(2))
        assert sandbox.exports()["waiting_files"] == 2
        assert "Cannot write" in sandbox.exports()["failure"]
        flush = requests.post(f"{sandbox.url}/_sandbox/exports/flush", timeout=5)
        assert (flush.status_code, flush.json()["error"].startswith("Cannot write")) == (503, True)
        (tmp_path / "to").unlink()
        away.rename(tmp_path / "to")
        assert len(sandbox.flush_exports()) == 2
        assert sandbox.exports()["failure"] is None
    assert request_ids(exported(tmp_path / "to")) == ["0", "1"]


def test_an_end_at_which_not_all_could_be_written_is_an_error(tmp_path: Path, broken: Callable[[], Path]) -> None:
    sandbox = SandboxProcess(export_to=tmp_path / "to", **SMALL).__enter__()
    send(sandbox, batch())
    broken()
    with pytest.raises(SandboxExportError, match="Cannot write"):
        sandbox.stop()
    sandbox.stop()


def test_an_error_in_the_block_is_told_and_not_that_of_the_end(tmp_path: Path, broken: Callable[[], Path]) -> None:
    def fail(sandbox: SandboxProcess) -> None:
        send(sandbox, batch())
        broken()
        raise KeyError

    with pytest.raises(KeyError), SandboxProcess(export_to=tmp_path / "to", **SMALL) as sandbox:
        fail(sandbox)


@pytest.mark.parametrize("value", ["-0.1", "1.1", "nan", "x", ""])
def test_a_share_that_is_none_is_refused_with_a_sentence(value: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["serve", "--port=0", f"--export-late={value}"])
    assert "is not a share from 0 to 1" in capsys.readouterr().err


def test_files_are_seen_whole_or_not_at_all(tmp_path: Path) -> None:
    with SandboxProcess(export_to=tmp_path, export_every=1, **SMALL) as sandbox:
        send(sandbox, *numbered(5))
        for path in tmp_path.rglob("*.txt"):
            for line in path.read_text().splitlines():
                json.loads(line)
        assert list(tmp_path.rglob("*.part")) == []
