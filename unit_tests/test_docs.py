"""The documentation says what the source does: same streams, same options, same errors, and no dead ends."""

import inspect
import json
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from airbyte_cdk.models import AirbyteStream, SyncMode
from jsonschema import Draft7Validator

from source_mparticle import SourceMparticle
from source_mparticle.api import problems

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
PAGE = ROOT / "docs" / "integrations" / "sources" / "mparticle.md"
CONFIG = {"client_id": "id", "client_secret": "secret", "account_id": "1201"}
LOGGER = logging.getLogger("test")
SPEC: dict[str, Any] = SourceMparticle().spec(LOGGER).connectionSpecification
STREAMS: list[AirbyteStream] = SourceMparticle(config=CONFIG).discover(LOGGER, CONFIG).streams
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

URL = "https://api.mparticle.com/v1/accounts?accountId=1201"
TOKEN_URL = "https://sso.auth.mparticle.com/oauth/token"
ERRORS: list[tuple[Callable[..., Exception | None], tuple[Any, ...]]] = [
    (problems.credentials_refused, (401, TOKEN_URL)),
    (problems.unreachable, (URL, "API URL")),
    (problems.overloaded, (429, URL, 30)),
    (problems.overloaded, (503, URL, None)),
    (problems.refused, (401, URL, "1201")),
    (problems.refused, (403, URL, "1201")),
    (problems.refused, (404, URL, "1201")),
    (problems.unexpected_status, (418, URL)),
    (problems.too_slow, (URL, 9)),
    (problems.unknown_workspaces, (["7"], "1201", ["5318"])),
    (problems.no_token, (TOKEN_URL,)),
    (problems.errors_reported, (URL, [{"code": "VALIDATION_ERROR", "message": "text"}])),
    (problems.no_list, (URL,)),
]


def lines_outside_code(document: Path) -> Iterator[str]:
    in_code = False
    for line in document.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            in_code = not in_code
        elif not in_code:
            yield line


def headings(document: Path) -> list[str]:
    return [line for line in lines_outside_code(document) if re.match(r"#+ ", line)]


def anchors(document: Path) -> set[str]:
    """The anchors that GitHub gives the headings of a document."""
    texts = (heading.lstrip("# ").lower() for heading in headings(document))
    return {re.sub(r"[^\w -]", "", text).replace(" ", "-") for text in texts}


def table_under(heading: str) -> list[dict[str, str]]:
    """The rows of the first table under a heading of the connector's page, by column title, without markup."""
    _, _, section = PAGE.read_text(encoding="utf-8").partition(f"\n{heading}\n")
    rows = re.search(r"(?:^\|.*\n)+", section, re.MULTILINE)
    assert rows, f"no table under {heading}"
    titles, _, *body = (
        [cell.strip().replace("`", "") for cell in row.strip("|").split("|")] for row in rows[0].splitlines()
    )
    return [dict(zip(titles, cells, strict=True)) for cells in body]


def local_links(document: Path) -> list[str]:
    targets = re.findall(r"]\(([^)\s]+)\)", "\n".join(lines_outside_code(document)))
    return [target for target in targets if not re.match(r"https?://", target)]


def code_blocks(document: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL)


def test_the_page_has_airbytes_headings_in_airbytes_order() -> None:
    found = iter(headings(PAGE))
    assert [expected for expected in HEADINGS if expected not in found] == []


def test_the_page_lists_every_stream_with_its_key_and_its_sync_modes() -> None:
    names = {SyncMode.full_refresh: "Full Refresh", SyncMode.incremental: "Incremental"}
    assert [(row["Stream"], row["Primary key"], row["Sync modes"]) for row in table_under("## Supported Streams")] == [
        (
            stream.name,
            ", ".join(".".join(path) for path in stream.source_defined_primary_key or ()),
            ", ".join(names[mode] for mode in stream.supported_sync_modes),
        )
        for stream in STREAMS
    ]


def test_the_page_lists_every_option_as_the_form_shows_it() -> None:
    rows = table_under("## Configuration reference")
    assert [(row["Key"], row["Field"], row["Required"], row["Default"]) for row in rows] == [
        (key, option["title"], "Yes" if key in SPEC["required"] else "No", str(option.get("default", "")))
        for key, option in SPEC["properties"].items()
    ]


def test_the_prerequisites_name_every_required_option() -> None:
    _, _, section = PAGE.read_text(encoding="utf-8").partition("## Prerequisites")
    prerequisites, _, _ = section.partition("\n## ")
    titles = [SPEC["properties"][key]["title"] for key in SPEC["required"]]
    assert [title for title in titles if f"**{title}**" not in prerequisites] == []


@pytest.mark.parametrize(("problem", "details"), ERRORS)
def test_every_error_a_user_may_meet_is_explained(
    problem: Callable[..., Exception | None], details: tuple[Any, ...]
) -> None:
    sentence = str(problem(*details))
    messages = [row["Message"] for row in table_under("### Error messages")]
    patterns = [".+".join(map(re.escape, message.split("…"))) for message in messages]
    assert len([pattern for pattern in patterns if re.match(pattern, sentence)]) == 1, sentence


def test_every_kind_of_error_is_tried_above() -> None:
    made = {
        name
        for name, function in inspect.getmembers(problems, inspect.isfunction)
        if function.__module__ == problems.__name__ and not name.startswith("_")
    }
    assert made == {problem.__name__ for problem, _ in ERRORS}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_local_link_leads_somewhere(document: Path) -> None:
    for link in local_links(document):
        path, _, anchor = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_the_readme_stays_short() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) < LONGEST_README


def test_the_configurations_in_the_readme_are_accepted() -> None:
    typed = [re.search(r"<<'JSON'\n(.*?)\nJSON", block, re.DOTALL) for block in code_blocks(README, "bash")]
    texts = [*code_blocks(README, "json"), *(match[1] for match in typed if match)]
    assert len(texts) == 2
    for text in texts:
        assert list(Draft7Validator(SPEC).iter_errors(json.loads(text))) == []


@pytest.mark.parametrize("command", ["spec", "check", "discover", "read"])
def test_the_readme_shows_every_command_with_docker_and_without(command: str) -> None:
    shell = "\n".join(code_blocks(README, "bash"))
    assert re.search(rf"airbyte/source-mparticle:\S+ {command}\b", shell)
    assert re.search(rf"^source-mparticle {command}\b", shell, re.MULTILINE)
