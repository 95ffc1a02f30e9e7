"""The connector's papers agree with each other."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from destination_mparticle.objects import OBJECTS
from destination_mparticle.options import specification
from destination_mparticle.validation.reasons import Reason

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT.parent / "docs" / "integrations" / "destinations" / "mparticle.md"


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


def test_the_metadata_says_what_the_connector_is(metadata: dict[str, Any]) -> None:
    assert metadata["tags"] == ["language:python", "cdk:python"]
    assert metadata["supportsDataActivation"] is True
    assert {f"s2s.{pod.lower()}.mparticle.com" for pod in _property("pod")["enum"]} < set(
        metadata["allowedHosts"]["hosts"]
    )


def test_the_icon_is_a_square_picture() -> None:
    icon = ET.parse(ROOT / "icon.svg").getroot()  # noqa: S314 - our own file
    assert icon.tag == "{http://www.w3.org/2000/svg}svg"
    assert icon.get("width") == icon.get("height")


def test_every_property_of_the_specification_is_titled_and_described() -> None:
    def properties(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        for name, value in schema.get("properties", {}).items():
            yield name, value
            for part in (value, value.get("items", {}), *value.get("oneOf", ())):
                yield from properties(part)

    found = list(properties(specification()["connectionSpecification"]))
    assert len(found) > 30
    assert all("title" in value for _, value in found)
    assert all("description" in value for name, value in found if name != "storage_type")


def test_the_page_names_every_object_every_reason_and_every_field() -> None:
    page = PAGE.read_text()
    assert all(f"`{name}`" in page for name in (*OBJECTS, *(reason.value for reason in Reason)))
    for definition in OBJECTS.values():
        for name in definition.fields:
            group = name.partition(".")[0]
            numbered = re.fullmatch(r"other_id_\d+", name)
            assert f"`{name}`" in page or f"`{group}." in page or numbered, name


def test_the_page_has_a_table_of_all_options_as_the_specification_has_them() -> None:
    rows = list(_option_rows(specification()["connectionSpecification"]))
    page = PAGE.read_text()
    table = page[page.index("### Options\n") :]
    found = [line for line in table[: table.index("\n### ")].splitlines() if line.startswith("| ") and "`" in line]
    assert found == rows


def _option_rows(schema: dict[str, Any], path: str = "", seen: set[str] | None = None) -> Iterator[str]:
    """One row for every option: its title, its name in a file, its default, its description."""
    seen = set() if seen is None else seen
    for name, value in schema.get("properties", {}).items():
        full = f"{path}{name}"
        if full in seen:
            continue
        seen.add(full)
        default = "required" if name in schema.get("required", ()) else _default(value)
        # On Airbyte's pages, braces outside of code would be code of the page.
        text = re.sub(r"\{[^}]*\}", r"`\g<0>`", value.get("description", "None, Local or S3."))
        if "enum" in value:
            text += f" One of {', '.join(value['enum'])}."
        yield f"| {value['title']} | `{full}` | {default} | {text} |"
        yield from _option_rows(value, f"{full}.", seen)
        yield from _option_rows(value.get("items", {}), f"{full}[].", seen)
    for branch in schema.get("oneOf", ()):
        yield from _option_rows(branch, path, seen)


def _default(value: dict[str, Any]) -> str:
    return str(value["default"]).lower() if "default" in value else ""


def _property(name: str) -> Any:
    return specification()["connectionSpecification"]["properties"][name]
