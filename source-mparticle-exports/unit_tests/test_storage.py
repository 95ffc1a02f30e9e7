import sys
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from airbyte_cdk.models import FailureType
from airbyte_cdk.utils import AirbyteTracedException
from fsspec.implementations.local import LocalFileSystem

from source_mparticle_exports import file_systems
from source_mparticle_exports.config import ExportsConfig, StorageConfig
from source_mparticle_exports.listing import list_files
from source_mparticle_exports.storage import Storage, open_storage


def storage_config(**storage: str) -> StorageConfig:
    return ExportsConfig.parse_obj({"storage": storage}).storage_config


S3 = {"storage_type": "S3", "s3_bucket_name": "b"}
GCS = {"storage_type": "GCS", "bucket_name": "b"}
AZURE = {"storage_type": "Azure", "account_name": "a", "container_name": "c"}


@pytest.mark.parametrize(
    ("config", "root"),
    [
        (S3, "b"),
        (S3 | {"bucket_path": "/a/c/"}, "b/a/c"),
        (AZURE | {"account_key": "a2V5", "blob_path": "p"}, "c/p"),
    ],
)
def test_the_path_is_a_folder_of_the_bucket(config: dict[str, str], root: str) -> None:
    assert open_storage(storage_config(**config)).root == root


def test_a_key_that_is_none_is_refused_without_its_text() -> None:
    for key in ("{secret", '{"type": "service_account", "private_key": "secret"}'):
        with pytest.raises(AirbyteTracedException, match="cannot be opened") as refused:
            open_storage(storage_config(**GCS, service_account_json=key))
        assert "secret" not in (refused.value.message or "")
        assert refused.value.failure_type is FailureType.config_error


@pytest.mark.parametrize(
    ("config", "package", "extra"), [(S3, "s3fs", "s3"), (GCS, "gcsfs", "gcs"), (AZURE, "adlfs", "azure")]
)
def test_a_package_that_is_not_installed_is_named_with_its_extra(
    config: dict[str, str], package: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.delitem(sys.modules, f"{package}.core", raising=False)
    monkeypatch.delitem(sys.modules, f"{file_systems.__name__}.{extra}", raising=False)
    with pytest.raises(
        AirbyteTracedException, match=rf"airbyte-source-mparticle-exports\[{extra}\]: {package}.* is not there"
    ):
        open_storage(storage_config(**config))


def local(folder: Path) -> Storage:
    return open_storage(storage_config(storage_type="Local", path=f"{folder}/"))


def write(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text("{}")


def test_only_date_folders_before_the_oldest_day_are_left_out(tmp_path: Path) -> None:
    paths = ["a.txt", "2020-01-01/b.txt", "2020-01-02/deep/c.txt", "app/2020-01-01/d.txt", "app/2020-01-03/e.txt"]
    write(tmp_path, *paths)
    assert sorted(file.path for file in list_files(local(tmp_path), None)) == sorted(paths)
    found = sorted(file.path for file in list_files(local(tmp_path), date(2020, 1, 2)))
    assert found == ["2020-01-02/deep/c.txt", "a.txt", "app/2020-01-03/e.txt"]


@pytest.mark.parametrize("oldest_day", [None, date(2020, 1, 1)])
def test_a_folder_that_does_not_exist_is_no_empty_folder(tmp_path: Path, oldest_day: date | None) -> None:
    assert list(list_files(local(tmp_path), oldest_day)) == []
    with pytest.raises(FileNotFoundError):
        list(list_files(local(tmp_path / "not"), oldest_day))


class Listed:
    """A file system that lists one file, with its time as some store gives it."""

    def __init__(self, **facts: Any) -> None:
        self._facts = facts

    def find(self, _: str, **__: bool) -> dict[str, Any]:
        return {
            "b/f": {"name": "b/f", "type": "file", "size": 1, **self._facts},
            "b": {"name": "b", "type": "directory"},
        }


@pytest.mark.parametrize(
    "facts",
    [
        {"LastModified": datetime(2020, 1, 1, 12, tzinfo=timezone.utc)},
        {"last_modified": datetime(2020, 1, 1, 12, tzinfo=timezone.utc), "creation_time": None},
        {"updated": "2020-01-01T12:00:00Z"},
        {"mtime": 1577880000.0, "created": 1.0},
    ],
)
def test_the_time_of_a_file_is_found_however_a_store_gives_it(facts: dict[str, Any]) -> None:
    (found,) = list_files(Storage(Listed(**facts), "b", storage_config(**S3)), None)
    assert (found.path, found.modified) == ("f", datetime(2020, 1, 1, 12))


class Closed(LocalFileSystem):  # type: ignore[misc] # it has no types
    """A folder of this machine in which one may not be listed, as for a user without the right to."""

    def ls(self, path: str, *args: Any, **kwargs: Any) -> Any:
        if path.endswith("2020-01-02"):
            raise PermissionError(path)
        return super().ls(path, *args, **kwargs)


@pytest.mark.parametrize("oldest_day", [None, date(2020, 1, 1)])
def test_a_folder_that_may_not_be_listed_is_not_left_out(tmp_path: Path, oldest_day: date | None) -> None:
    for day in ("2020-01-01", "2020-01-02"):
        (tmp_path / "base" / day).mkdir(parents=True)
    closed = Storage(Closed(), str(tmp_path), storage_config(storage_type="Local", path=str(tmp_path)))
    with pytest.raises(PermissionError):
        list(list_files(closed, oldest_day))


def test_a_path_that_is_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        list(list_files(local(tmp_path / "file"), None))


def test_a_file_that_ends_early_is_never_taken_for_whole(tmp_path: Path) -> None:
    write(tmp_path, "a.txt")
    opened = local(tmp_path).open("a.txt")
    (tmp_path / "a.txt").write_text("")
    with pytest.raises(AirbyteTracedException, match=r"read a.txt \(EOFError: it ended 2 bytes early\)"):
        opened.read()
    opened.close()
