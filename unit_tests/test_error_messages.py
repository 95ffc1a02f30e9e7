"""Every message that a user may meet is explained in the connector's page, and names options as the form does."""

import ast
import inspect
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import source_mparticle
from source_mparticle.api import errors
from source_mparticle.configuration import messages
from source_mparticle.configuration.options import Options
from source_mparticle.configuration.unknown_options import unknown_option_warnings
from source_mparticle.configuration.validation import errors_in
from source_mparticle.profiles import errors as profile_errors
from unit_tests.source_page import (
    SPEC,
    explanations,
)


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
    "apps: 2 of 3 requests returned no row: 1 answered 404, 1 came without its key.",
    "user_profiles: 1 of 3 users returned no row: 1 unknown to mParticle.",
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
    (messages.users_not_tried, ()),
    (messages.cannot_be_read, (("data_plans",), "Data Planning API", errors.unexpected_status(418, URL))),
]


LOOKUP = {"client_id": "a-client-id", "client_secret": "a-client-secret", "account_id": "1201", "org_id": "77"}


@pytest.mark.parametrize(("error", "details"), ERRORS)
def test_every_error_a_user_may_meet_is_explained(
    error: Callable[..., Exception | None], details: tuple[Any, ...]
) -> None:
    sentence = str(error(*details))
    assert len(explanations(sentence, "### Error messages")) == 1, sentence


@pytest.mark.parametrize("line", OUTCOME_LINES)
def test_every_message_about_responses_without_a_row_is_explained(line: str) -> None:
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


def test_the_warning_of_a_name_that_is_not_an_option_is_explained() -> None:
    (warning,) = unknown_option_warnings(LOOKUP | {"workspace_id": "5318"}, SPEC)
    assert len(explanations(warning, "### Messages of the log")) == 1


def test_every_kind_of_error_is_tried_above() -> None:
    tried = {error for error, _ in [*ERRORS, *SETUP_ERRORS, *SETUP_NOTES]}
    assert _made_in(errors) | _made_in(profile_errors) | _made_in(messages) == tried | {
        errors.is_retryable,
        errors.error_of_status,
    }


def test_sentences_of_errors_stand_in_the_modules_above_alone_and_all_of_them_are_used() -> None:
    modules = {Path(inspect.getfile(module)) for module in (errors, profile_errors, messages)}
    made = {function.__name__ for module in (errors, profile_errors, messages) for function in _made_in(module)}
    kinds = {name for name, kind in vars(errors).items() if inspect.isclass(kind) and issubclass(kind, Exception)}
    elsewhere, used = [], set()
    for path in sorted(Path(inspect.getfile(source_mparticle)).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    used.add(name)
                case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in kinds:
                    if path not in modules and _has_words(node):
                        elsewhere.append(f"{path.name}:{node.lineno}")
    assert (elsewhere, made - used) == ([], set())


def _has_words(node: ast.AST) -> bool:
    texts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
    return any(isinstance(text, str) and re.search("[a-z]", text) for text in texts)


def _made_in(module: ModuleType) -> set[Any]:
    return {
        function
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }
