"""The documentation says what the source does: same streams, same options, same errors, and no dead ends."""

import inspect
import json
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from jsonschema import Draft7Validator

from scripts import stream_table
from source_mparticle import SourceMparticle
from source_mparticle.api import errors
from source_mparticle.configuration import messages
from source_mparticle.configuration.options import Options
from source_mparticle.configuration.unknown_options import unknown_option_warnings
from source_mparticle.configuration.validation import errors_in
from source_mparticle.profiles import errors as profile_errors

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
PAGE = ROOT / "docs" / "integrations" / "sources" / "mparticle.md"
LOGGER = logging.getLogger("test")
SPEC: dict[str, Any] = SourceMparticle().spec(LOGGER).connectionSpecification
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


def raised() -> Exception:
    with pytest.raises(ZeroDivisionError) as error:
        _ = 1 // 0
    return error.value


URL = "https://api.mparticle.com/v1/accounts?accountId=1201"
TOKEN_URL = "https://sso.auth.mparticle.com/oauth/token"
ERRORS: list[tuple[Callable[..., Exception | None], tuple[Any, ...]]] = [
    (errors.credentials_refused, (401, TOKEN_URL)),
    (errors.wrong_token_url, (404, TOKEN_URL)),
    (errors.redirected, (307, URL, "https://other.example/x", errors.API_URL)),
    (errors.unusable_address, (errors.API_URL,)),
    (errors.unreachable, (URL, errors.API_URL)),
    (errors.cut_short, (URL,)),
    (errors.too_long, (URL, 512, errors.API_URL)),
    (errors.overloaded, (429, URL, 30)),
    (errors.overloaded, (503, URL, None)),
    (errors.refused, (401, URL, "1201", "Platform API")),
    (errors.refused, (403, URL, "1201", "Data Planning API")),
    (errors.refused, (404, URL, "1201", "Platform API")),
    (errors.unexpected_status, (418, URL)),
    (errors.too_slow, (URL, 9, errors.API_URL)),
    (errors.unknown_workspaces, (["7"], "1201", ["5318"])),
    (errors.not_offered, ("custom_roles", ["Organization ID (`org_id`)"])),
    (errors.unknown_stream, ("invented",)),
    (errors.no_token, (TOKEN_URL,)),
    (errors.no_token_page, (TOKEN_URL,)),
    (errors.errors_reported, (URL, [{"code": "VALIDATION_ERROR", "message": "text"}], str)),
    (errors.no_list, (URL,)),
    (errors.partial_list, (URL,)),
    (errors.selected_twice, (["audiences"],)),
    (errors.without_key, (URL, ["application_id", "os"])),
    (errors.no_platforms, ()),
    (profile_errors.nobody_known, ()),
    (profile_errors.incomplete_profiles, ("user_profiles",)),
    (profile_errors.incomplete_profiles, ("audience_memberships",)),
    (profile_errors.membership_without_audience, ()),
    (profile_errors.wrong_mpids, (2,)),
    (profile_errors.unreadable_csv, ("FileNotFoundError",)),
    (profile_errors.csv_without_column, ("mpid",)),
    (profile_errors.ambiguous_csv, ("mpid",)),
    (profile_errors.csv_without_rows, ()),
    (errors.no_segment, ("feed_id", "/v1/partnerfeeds/{feed_id}")),
]
OUTCOME_LINES = [
    "apps: no row for /v1/apps/1, which answered 404.",
    "apps: no row for /v1/apps/1, which came without its key.",
    "apps: 2 of 3 requests gave no row: 1 answered 404, 1 came without its key.",
    "user_profiles: 1 of 3 users gave no row: 1 unknown to mParticle.",
]
# What can be wrong with what was configured.
SETUP_ERRORS: list[tuple[Callable[..., Exception | str], tuple[Any, ...]]] = [
    (messages.unusable_file, ("state", "It must be a list.", "state.json", "it is empty")),
    (messages.no_account, ("1201", [])),
    (messages.no_account, ("1201", ["7"])),
    (messages.unknown_profile_workspace, ("7", "1201", ["5318"])),
    (messages.unexpected_error, (raised(),)),
]
SETUP_NOTES: list[tuple[Callable[..., str], tuple[Any, ...]]] = [
    (messages.first_user_unknown, ()),
    (messages.cannot_be_read, (("data_plans",), "Data Planning API", errors.unexpected_status(418, URL))),
]
LOOKUP = {"client_id": "id", "client_secret": "secret", "account_id": "1201", "org_id": "77"}


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


def options_in(schema: dict[str, Any], parent: str = "") -> Iterator[tuple[str, str, str, str]]:
    """Key, title, necessity and default of every option in the order of the form, an object's own after the object."""
    for key, option in sorted(schema["properties"].items(), key=lambda each: each[1]["order"]):
        default = option.get("default", "")
        shown = default if isinstance(default, str) else json.dumps(default)
        yield parent + key, option["title"], "Yes" if key in schema.get("required", ()) else "No", shown
        if option["type"] == "object":
            yield from options_in(option, f"{key}.")


def explanations(sentence: str, heading: str) -> list[str]:
    """The messages in the table under a heading that this sentence is an example of."""
    messages = [row["Message"] for row in table_under(heading)]
    bare = sentence.replace("`", "")
    return [message for message in messages if re.match(".+".join(map(re.escape, message.split("…"))), bare)]


def local_links(document: Path) -> list[str]:
    targets = re.findall(r"]\(([^)\s]+)\)", "\n".join(lines_outside_code(document)))
    return [target for target in targets if not re.match(r"https?://", target)]


def code_blocks(document: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL)


def test_the_page_has_airbytes_headings_in_airbytes_order() -> None:
    found = iter(headings(PAGE))
    assert [expected for expected in HEADINGS if expected not in found] == []


def test_the_page_holds_the_table_of_streams_as_the_script_makes_it() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == stream_table.replaced(page), "run: python scripts/stream_table.py --write"


def test_the_table_says_of_a_stream_where_it_is_read_and_what_it_needs() -> None:
    rows = {row["Stream"]: row for row in table_under("## Supported Streams")}
    assert rows["service_configurations"] == {
        "Stream": "service_configurations",
        "Endpoint": "GET /v1/workspace/{workspace_id}/{module_name}/serviceconfigurations",
        "Read for each of": "workspaces and services",
        "Primary key": "workspace_id, module_name, id",
        "Sync modes": "Full Refresh",
        "Required grant": "Platform API",
        "A 404 is": "No row, if another answers",
        "Offered with": "Always",
    }
    assert rows["audiences"]["A 404 is"] == "A failure"
    assert rows["role_tasks"]["Offered with"] == "Organization ID"
    assert rows["user_profiles"]["Offered with"] == "Organization ID and identities"


def test_a_page_without_a_place_for_the_table_is_refused() -> None:
    with pytest.raises(ValueError, match="must hold the lines"):
        stream_table.replaced(f"{stream_table.END}\n{stream_table.BEGIN}")


def test_the_page_lists_every_option_as_the_form_shows_it() -> None:
    rows = table_under("## Configuration reference")
    assert [(row["Key"], row["Field"], row["Required"], row["Default"]) for row in rows] == list(options_in(SPEC))


def test_the_page_names_everything_that_is_masked_and_nothing_else() -> None:
    masked = {
        stream["name"]: ", ".join(path.replace(".*", "[]") for path in each["paths"])
        for stream in SourceMparticle(config=stream_table.COMPLETE).resolved_manifest["streams"]
        for each in stream.get("transformations", ())
        if each.get("class_name", "").endswith(".RedactKeys")
    }
    assert {row["Stream"]: row["Masked"] for row in table_under("### Keys and settings")} == masked


def test_the_prerequisites_name_every_required_option() -> None:
    _, _, section = PAGE.read_text(encoding="utf-8").partition("## Prerequisites")
    prerequisites, _, _ = section.partition("\n## ")
    titles = [SPEC["properties"][key]["title"] for key in SPEC["required"]]
    assert [title for title in titles if f"**{title}**" not in prerequisites] == []


@pytest.mark.parametrize(("error", "details"), ERRORS)
def test_every_error_a_user_may_meet_is_explained(
    error: Callable[..., Exception | None], details: tuple[Any, ...]
) -> None:
    sentence = str(error(*details))
    assert len(explanations(sentence, "### Error messages")) == 1, sentence


@pytest.mark.parametrize("line", OUTCOME_LINES)
def test_every_message_about_answers_without_a_row_is_explained(line: str) -> None:
    assert len(explanations(line, "### Messages of the log")) == 1


@pytest.mark.parametrize(("error", "details"), SETUP_ERRORS)
def test_every_error_of_what_was_configured_is_explained(
    error: Callable[..., Exception | str], details: tuple[Any, ...]
) -> None:
    assert len(explanations(str(error(*details)), "### Error messages")) == 1


def test_options_are_named_in_messages_as_in_the_form() -> None:
    sentences_made = [str(make(*details)) for make, details in [*ERRORS, *SETUP_ERRORS, *SETUP_NOTES]]
    named = re.findall(r"((?:[A-Z][A-Za-z]* )+)\(`([a-z_.]+)`\)", " ".join(sentences_made))
    options = Options({}, SPEC)
    assert len(set(named)) > 8
    for title, path in named:
        assert not options.named(path).startswith("`"), path
        assert f"{title}(`{path}`)".endswith(options.named(path))


@pytest.mark.parametrize(("note", "details"), SETUP_NOTES)
def test_everything_that_a_check_says_beside_its_status_is_explained(
    note: Callable[..., str], details: tuple[Any, ...]
) -> None:
    assert len(explanations(note(*details), "### Messages of the log")) == 1


@pytest.mark.parametrize("wrong", [{}, {"account_id": 1201}, {"workspace_ids": ["x", ""]}, {"api_url": "http://x.com"}])
def test_every_error_of_an_option_is_explained(wrong: dict[str, Any]) -> None:
    for sentence in errors_in(LOOKUP | wrong if wrong else {}, SPEC):
        assert len(explanations(sentence, "### Error messages")) == 1, sentence


def test_the_warning_of_a_name_that_is_no_option_is_explained() -> None:
    (warning,) = unknown_option_warnings(LOOKUP | {"workspace_id": "5318"}, SPEC)
    assert len(explanations(warning, "### Messages of the log")) == 1


def test_every_kind_of_error_is_tried_above() -> None:
    tried = {error for error, _ in [*ERRORS, *SETUP_ERRORS, *SETUP_NOTES]}
    assert _made_in(errors) | _made_in(profile_errors) | _made_in(messages) == tried | {
        errors.is_retryable,
        errors.error_of_status,
    }


def _made_in(module: ModuleType) -> set[Any]:
    return {
        function
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }


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
