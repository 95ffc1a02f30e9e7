from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from airbyte_cdk.utils import AirbyteTracedException

from source_mparticle_exports import storage as storage_module
from source_mparticle_exports.config import ExportsConfig
from source_mparticle_exports.listing import list_files
from source_mparticle_exports.storage import Storage, open_storage


class Recorded:
    """Stands for a file system whose package is not asked for."""

    def __init__(self, **options: Any) -> None:
        self.options = options


def opened(monkeypatch: pytest.MonkeyPatch, **storage: str) -> tuple[str, dict[str, Any], str]:
    """The package, the options and the root that a configuration leads to."""
    asked: list[str] = []

    def recorded(module: str) -> Any:
        asked.append(module)
        return type("Package", (), dict.fromkeys(("S3FileSystem", "GCSFileSystem", "AzureBlobFileSystem"), Recorded))

    monkeypatch.setattr(storage_module, "_module", recorded)
    found = open_storage(ExportsConfig.parse_obj({"storage": storage}).storage_config)
    options = {name: value for name, value in found.filesystem.options.items() if value}
    return asked[-1], options, found.root


def test_keys_endpoint_and_region_reach_the_s3_client(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {"access_key_id": "key", "secret_access_key": "secret"}
    place = {"s3_bucket_name": "b", "bucket_path": "/a/c/", "s3_bucket_region": "r", "s3_endpoint": "http://s"}
    module, options, root = opened(monkeypatch, storage_type="S3", **place, **keys)
    assert (module, root) == ("s3fs", "b/a/c")
    assert options.pop("skip_instance_cache")
    assert options == {
        "key": "key",
        "secret": "secret",
        "endpoint_url": "http://s",
        "client_kwargs": {"region_name": "r"},
    }


def test_a_service_account_reaches_the_client_of_google(monkeypatch: pytest.MonkeyPatch) -> None:
    place = {"storage_type": "GCS", "bucket_name": "b"}
    module, options, root = opened(monkeypatch, **place, service_account_json='{"type": "service_account"}')
    assert (module, options["token"], root) == ("gcsfs", {"type": "service_account"}, "b")
    assert opened(monkeypatch, **place)[1]["token"] == "google_default"
    with pytest.raises(AirbyteTracedException, match="not JSON"):
        opened(monkeypatch, **place, service_account_json="{secret")


def test_an_account_key_or_a_token_reaches_the_client_of_azure(monkeypatch: pytest.MonkeyPatch) -> None:
    place = {"storage_type": "Azure", "account_name": "a", "container_name": "c", "blob_path": "p"}
    module, options, root = opened(monkeypatch, **place, account_key="key")
    assert (module, options["account_name"], options["account_key"], root) == ("adlfs", "a", "key", "c/p")
    assert opened(monkeypatch, **place, sas_token="token")[1]["sas_token"] == "token"


def test_a_package_that_is_not_installed_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ModuleNotFoundError(name=name)

    monkeypatch.setattr(storage_module, "import_module", missing)
    config = ExportsConfig.parse_obj({"storage": {"storage_type": "Azure", "account_name": "a", "container_name": "c"}})
    with pytest.raises(AirbyteTracedException, match=r"airbyte-source-mparticle-exports\[azure\]"):
        open_storage(config.storage_config)


def local(folder: Path) -> Storage:
    return open_storage(
        ExportsConfig.parse_obj({"storage": {"storage_type": "Local", "path": f"{folder}/"}}).storage_config
    )


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
    (found,) = list_files(Storage(Listed(**facts), "b"), None)
    assert (found.path, found.modified) == ("f", datetime(2020, 1, 1, 12))
