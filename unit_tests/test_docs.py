"""The documentation says what the source does: same streams, same options, and no dead links."""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from scripts.stream_table import COMPLETE
from source_mparticle import SourceMparticle
from unit_tests.source_page import (
    PAGE,
    README,
    ROOT,
    SPEC,
    anchors,
    code_blocks,
    headings,
    local_links,
    options_in,
    table_under,
)

DOCUMENTS = [README, ROOT / "CHANGELOG.md", ROOT / "sandbox" / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


LONGEST_README = 150


# The order in which Airbyte's documentation checks expect them.
HEADINGS = [
    "# mParticle",
    "## Prerequisites",
    "## Setup guide",
    "## Set up mParticle",
    "### For Airbyte Cloud:",
    "### For Airbyte Open Source:",
    "## Set up the mParticle connector in Airbyte",
    "### For Airbyte Cloud:",
    "### For Airbyte Open Source:",
    "## Supported sync modes",
    "## Supported Streams",
    "## IP allow list",
    "### Performance considerations",
    "## Data type map",
    "## Limitations & Troubleshooting",
    "## Changelog",
]


def test_the_page_has_airbytes_headings_in_airbytes_order() -> None:
    found = iter(headings(PAGE))
    assert [expected for expected in HEADINGS if expected not in found] == []


def test_the_table_says_of_a_stream_where_it_is_read_and_what_it_needs() -> None:
    rows = {row["Stream"]: row for row in table_under("## Supported Streams")}
    assert rows["service_configurations"] == {
        "Stream": "service_configurations",
        "Endpoint": "GET /v1/workspace/{workspace_id}/{module_name}/serviceconfigurations",
        "Read for each of": "workspaces and services",
        "Primary key": "workspace_id, module_name, id",
        "Sync modes": "Full Refresh",
        "Required grant": "Platform API",
        "A 404 is": "No row, if another is found",
        "Offered with": "Always",
    }
    assert rows["audiences"]["A 404 is"] == "A failure"
    assert rows["role_tasks"]["Offered with"] == "Organization ID"
    assert rows["user_profiles"]["Offered with"] == "Organization ID and identities"


def test_the_page_lists_every_option_as_the_form_shows_it() -> None:
    rows = table_under("## Configuration reference")
    assert [(row["Key"], row["Field"], row["Required"], row["Default"]) for row in rows] == list(options_in(SPEC))


def test_the_page_names_everything_that_is_masked_and_nothing_else() -> None:
    masked = {
        stream["name"]: ", ".join(path.replace(".*", "[]") for path in each["paths"])
        for stream in SourceMparticle(config=COMPLETE).resolved_manifest["streams"]
        for each in stream.get("transformations", ())
        if each.get("class_name", "").endswith(".RedactKeys")
    }
    assert {row["Stream"]: row["Masked"] for row in table_under("### Keys and settings")} == masked


def test_the_prerequisites_name_every_required_option() -> None:
    _, _, section = PAGE.read_text(encoding="utf-8").partition("## Prerequisites")
    prerequisites, _, _ = section.partition("\n## ")
    titles = [SPEC["properties"][key]["title"] for key in SPEC["required"]]
    assert [title for title in titles if f"**{title}**" not in prerequisites] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_local_link_leads_somewhere(document: Path) -> None:
    for link in local_links(document):
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_the_readme_stays_short() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) < LONGEST_README


def test_the_configurations_in_the_documents_are_accepted() -> None:
    typed = [re.search(r"<<'JSON'\n(.*?)\nJSON", block, re.DOTALL) for block in code_blocks(README, "bash")]
    texts = [*code_blocks(README, "json"), *code_blocks(PAGE, "json"), *(match[1] for match in typed if match)]
    assert len(texts) == 3
    for text in texts:
        assert list(Draft7Validator(SPEC).iter_errors(json.loads(text))) == []


@pytest.mark.parametrize("command", ["spec", "check", "discover", "read"])
def test_the_readme_shows_every_command_with_docker_and_without(command: str) -> None:
    shell = "\n".join(code_blocks(README, "bash"))
    assert re.search(rf"airbyte/source-mparticle:\S+ {command}\b", shell)
    assert re.search(rf"^source-mparticle {command}\b", shell, re.MULTILINE)
