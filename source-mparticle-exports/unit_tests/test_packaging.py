"""The connector's papers agree with each other and with the specification."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from source_mparticle_exports.records.streams import STREAMS

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT.parent / "docs" / "integrations" / "sources" / "mparticle-exports.md"
SPECIFICATION: dict[str, Any] = json.loads((ROOT / "source_mparticle_exports" / "spec.json").read_text())
STORAGES = {
    storage["properties"]["storage_type"]["const"]: storage
    for storage in SPECIFICATION["connectionSpecification"]["properties"]["storage"]["oneOf"]
}


@pytest.fixture(scope="module")
def metadata() -> Any:
    return yaml.safe_load((ROOT / "metadata.yaml").read_text())["data"]


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text()


def test_the_version_is_the_same_everywhere(metadata: dict[str, Any], dockerfile: str) -> None:
    version = metadata["dockerImageTag"]
    assert f'version = "{version}"' in (ROOT / "pyproject.toml").read_text()
    assert f"io.airbyte.version={version}" in dockerfile
    assert f"io.airbyte.name={metadata['dockerRepository']}" in dockerfile
    assert f"| {version} |" in PAGE.read_text()


def test_the_image_is_pinned_not_root_and_started_as_it_says(metadata: dict[str, Any], dockerfile: str) -> None:
    assert dockerfile.startswith(f"ARG BASE_IMAGE={metadata['connectorBuildOptions']['baseImage']}\n")
    assert dockerfile.index("USER airbyte") > dockerfile.rindex("FROM ")
    (variable,) = re.findall(r'^ENV AIRBYTE_ENTRYPOINT="(.*)"$', dockerfile, re.MULTILINE)
    assert f'ENTRYPOINT ["{variable}"]' in dockerfile


def test_the_image_can_read_every_storage(dockerfile: str) -> None:
    settings = (ROOT / "pyproject.toml").read_text()
    _, _, extras = settings.partition("[tool.poetry.extras]\n")
    names = re.findall(r"^(\w+) = ", extras.partition("\n\n")[0], re.MULTILINE)
    assert f'--extras "{" ".join(names)}"' in dockerfile
    assert len(names) == len(STORAGES) - len({"Local"})


def test_the_options_have_the_names_that_users_were_promised() -> None:
    properties = SPECIFICATION["connectionSpecification"]["properties"]
    assert {"storage", "start_date", "app_names", "num_workers"} <= properties.keys()
    assert {name: set(storage["properties"]) - {"storage_type"} for name, storage in STORAGES.items()} == {
        "Local": {"path"},
        "S3": {
            *("s3_bucket_name", "s3_bucket_region", "bucket_path", "access_key_id", "secret_access_key"),
            *("role_arn", "s3_endpoint"),
        },
        "GCS": {"bucket_name", "bucket_path", "service_account_json"},
        "Azure": {"account_name", "container_name", "blob_path", "account_key", "sas_token"},
    }


def test_every_property_of_the_specification_is_titled_and_described_and_every_secret_is_one() -> None:
    def properties(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        for name, value in schema.get("properties", {}).items():
            yield name, value
            for part in (value, *value.get("oneOf", ())):
                yield from properties(part)

    found = list(properties(SPECIFICATION["connectionSpecification"]))
    assert len(found) > 20
    assert all("title" in value for _, value in found)
    assert all("description" in value for name, value in found if name != "storage_type")
    secrets = {name for name, value in found if value.get("airbyte_secret")}
    assert secrets == {"access_key_id", "secret_access_key", "service_account_json", "account_key", "sas_token"}


def test_the_page_names_every_stream_and_its_key() -> None:
    page = PAGE.read_text()
    assert all(f"| `{stream.name}` | " in page and f"| `{stream.primary_key}` |" in page for stream in STREAMS.values())
