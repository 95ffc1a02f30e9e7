"""Where exports are written: buckets, and what a bucket needs."""

import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import fsspec
import pytest
from moto.server import ThreadedMotoServer
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.cli import main
from mparticle_sandbox.core.exports.options import ExportOptions
from mparticle_sandbox.exports.exporter import Exporter
from mparticle_sandbox.exports.storage import StorageError, open_storage
from mparticle_sandbox.process import SandboxStartError

from tests.helpers.exports import lines
from tests.helpers.sender import Sender, batch


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a local S3 server, which processes that are started find in their environment."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    yield f"http://{host}:{port}"
    server.stop()


def test_exports_are_written_to_a_bucket(s3: str) -> None:
    client = boto3.client("s3", endpoint_url=s3)
    client.create_bucket(Bucket="exports")
    with SandboxProcess(export_to="s3://exports/some/path", export_dates="upload", audiences=5) as sandbox:
        with Sender(sandbox) as sender:
            sender.bulk([batch(), batch()])
        (path,) = sandbox.flush_exports()
        assert len(lines(client.get_object(Bucket="exports", Key=f"some/path/{path}")["Body"].read())) == 2
        with Sender(sandbox) as sender:
            sender.one(batch())
    keys = [item["Key"] for item in client.list_objects_v2(Bucket="exports")["Contents"]]
    client.close()
    assert len(keys) == 3
    assert all(key.startswith("some/path/") for key in keys)


def test_a_bucket_that_does_not_exist_is_told_at_the_start(s3: str) -> None:
    with pytest.raises(SandboxStartError, match=r"Cannot write mParticle_Bucket_Verification_.*bucket"):
        SandboxProcess(export_to="s3://missing/path").__enter__()


@pytest.mark.parametrize(
    ("url", "extra"), [("s3://a/b", "s3"), ("gs://a", "gcs"), ("abfs://a/b", "azure"), ("az://a/b", "azure")]
)
def test_without_fsspec_a_bucket_is_refused_with_the_extra_to_install(
    url: str, extra: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    assert main(["serve", "--port=0", f"--export-to={url}"]) == 1
    assert capsys.readouterr().err.endswith(f"pip install 'mparticle-sandbox[{extra}]'.\n")


def test_without_s3fs_a_bucket_is_refused_with_the_extra_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    # What fsspec has found once it does not look for again.
    monkeypatch.delitem(sys.modules["fsspec.registry"]._registry, "s3", raising=False)  # noqa: SLF001
    with pytest.raises(StorageError, match=r"pip install 'mparticle-sandbox\[s3\]'"):
        open_storage("s3://bucket/path")


def test_an_unknown_kind_of_url_is_refused() -> None:
    with pytest.raises(StorageError, match="Protocol not known: nowhere"):
        open_storage("nowhere://a/b")


def test_a_folder_needs_no_fsspec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    open_storage(str(tmp_path)).write("a/b.txt", b"x")
    assert (tmp_path / "a" / "b.txt").read_bytes() == b"x"


def test_any_other_file_system_of_fsspec_is_written_to() -> None:
    open_storage("memory://exports/path").write("a/b.txt", b"x")
    assert fsspec.filesystem("memory").cat_file("/exports/path/a/b.txt") == b"x"


class Container:
    """Storage that says it is Azure."""

    is_azure = True

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def write(self, path: str, content: bytes) -> None:
        self.files[path] = content


def test_the_verification_file_of_azure_is_empty_and_has_its_own_name() -> None:
    container = Container()
    exporter = Exporter(ExportOptions(folder="in"), 7, container, {}, {})
    exporter.collect_verification(1_700_000_000)
    exporter.write()
    assert container.files == {"in/mparticle_validation.txt": b""}
