"""The registry entry, the package, the image and the changelogs agree with each other and with the source."""

import json
import logging
import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
import yaml

from source_mparticle import SourceMparticle

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # pytest brings it where Python has no tomllib

ROOT = Path(__file__).resolve().parent.parent
METADATA: dict[str, Any] = yaml.safe_load((ROOT / "metadata.yaml").read_text())["data"]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
CONFIG = {"client_id": "a-client-id", "client_secret": "a-client-secret", "account_id": "1201"}
LOGGER = logging.getLogger("test")


class Dockerfile:
    """The instructions of the image's last stage, with the arguments of the file filled in."""

    def __init__(self, text: str) -> None:
        lines = [line for line in text.replace("\\\n", " ").splitlines() if line.strip() and not line.startswith("#")]
        instructions = [tuple(line.strip().split(maxsplit=1)) for line in lines]
        self.arguments = dict(rest.split("=", 1) for word, rest in instructions if word == "ARG" and "=" in rest)
        stages = [number for number, (word, _) in enumerate(instructions) if word == "FROM"]
        self.bases = [self._filled_in(instructions[number][1].split()[0]) for number in stages]
        self.last_stage = instructions[stages[-1] :]

    def last(self, word: str) -> str:
        return [rest for each, rest in self.last_stage if each == word][-1]

    def pairs(self, word: str) -> dict[str, str]:
        """The `key=value` pairs of all instructions of one kind."""
        text = " ".join(rest for each, rest in self.last_stage if each == word)
        return {key: value.strip('"') for key, value in re.findall(r'([\w.]+)=("[^"]*"|\S+)', text)}

    def _filled_in(self, image: str) -> str:
        name = re.fullmatch(r"\$\{?(\w+)}?", image)
        return self.arguments[name[1]] if name else image


@pytest.fixture(scope="module")
def dockerfile() -> Dockerfile:
    return Dockerfile((ROOT / "Dockerfile").read_text())


def versions_in(path: str, row: str) -> list[str]:
    return re.findall(row, (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)


def test_metadata_package_and_image_have_one_version(dockerfile: Dockerfile) -> None:
    version = METADATA["dockerImageTag"]
    assert PROJECT["tool"]["poetry"]["version"] == version
    assert dockerfile.pairs("LABEL")["io.airbyte.version"] == version


def test_both_changelogs_begin_with_the_current_version_and_list_the_same_ones() -> None:
    for_users = versions_in("docs/integrations/sources/mparticle.md", r"^\| (\d+\.\d+\.\d+) \|")
    for_developers = versions_in("CHANGELOG.md", r"^## (\d+\.\d+\.\d+)")
    assert for_users[0] == METADATA["dockerImageTag"]
    assert for_users == for_developers


def test_metadata_and_image_have_one_name(dockerfile: Dockerfile) -> None:
    assert dockerfile.pairs("LABEL")["io.airbyte.name"] == METADATA["dockerRepository"]
    assert METADATA["dockerRepository"].endswith(f"/{METADATA['githubIssueLabel']}")


def test_the_registry_knows_the_package_by_the_name_it_is_built_under() -> None:
    assert METADATA["remoteRegistries"]["pypi"]["packageName"] == PROJECT["project"]["name"]


def test_the_tags_name_the_language_and_the_kit_and_nothing_else() -> None:
    assert METADATA["tags"] == ["language:python", "cdk:low-code"]


def test_the_connector_is_community_supported_and_alpha() -> None:
    assert (METADATA["supportLevel"], METADATA["releaseStage"]) == ("community", "alpha")


def test_the_licence_is_mit_everywhere() -> None:
    assert METADATA["license"] == PROJECT["tool"]["poetry"]["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text().startswith("MIT License")


def test_the_allowed_hosts_are_those_of_the_default_urls() -> None:
    properties = SourceMparticle().spec(LOGGER).connectionSpecification["properties"]
    hosts = {urlsplit(each["default"]).hostname for each in properties.values() if "://" in str(each.get("default"))}
    assert set(METADATA["allowedHosts"]["hosts"]) == hosts


def test_the_suggested_streams_are_offered_to_everybody_and_come_first() -> None:
    suggested = METADATA["suggestedStreams"]["streams"]
    catalog = SourceMparticle(config=CONFIG).discover(LOGGER, CONFIG)
    assert suggested == [stream.name for stream in catalog.streams][: len(suggested)]
    assert suggested == ["accounts", "workspaces", "audiences", "calculated_attributes"]


def test_the_spec_points_to_the_page_that_the_registry_names() -> None:
    assert SourceMparticle().spec(LOGGER).documentationUrl == METADATA["documentationUrl"]


def test_every_stage_of_the_image_starts_from_the_base_that_the_registry_names(dockerfile: Dockerfile) -> None:
    base = METADATA["connectorBuildOptions"]["baseImage"]
    assert set(dockerfile.bases) == {base}


def test_the_base_image_is_pinned_by_digest() -> None:
    base = METADATA["connectorBuildOptions"]["baseImage"]
    assert re.fullmatch(r"docker\.io/airbyte/python-connector-base:\d+\.\d+\.\d+@sha256:[0-9a-f]{64}", base)


def test_the_image_does_not_run_as_root(dockerfile: Dockerfile) -> None:
    assert dockerfile.last("USER") == "airbyte"


def test_the_platform_is_told_the_entry_point_that_the_image_has(dockerfile: Dockerfile) -> None:
    entry_point = json.loads(dockerfile.last("ENTRYPOINT"))
    assert dockerfile.pairs("ENV")["AIRBYTE_ENTRYPOINT"] == " ".join(entry_point)
    assert entry_point[0] in PROJECT["project"]["scripts"]


def test_the_icon_is_a_square_drawing() -> None:
    icon = ET.parse(ROOT / "icon.svg").getroot()  # noqa: S314 - our own file
    left, top, width, height = (float(number) for number in icon.attrib["viewBox"].split())
    assert icon.tag == "{http://www.w3.org/2000/svg}svg"
    assert (left, top) == (0, 0)
    assert width == height
    assert icon.attrib["width"] == icon.attrib["height"]
