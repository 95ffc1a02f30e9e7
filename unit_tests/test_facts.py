"""A fact that stands in more than one place is the same in each: limits, grants, workers and default addresses."""

import re
from typing import Any

import pytest
import yaml

from source_mparticle import SourceMparticle, connection_check
from source_mparticle.api import auth, errors, http_session, partition_outcomes
from source_mparticle.api.circuit_breaker import RetryLimits
from source_mparticle.configuration.validation import MPID
from source_mparticle.manifest import manifest_path, option_spec
from source_mparticle.profiles import lookup
from unit_tests.source_page import PAGE, ROOT

MANIFEST: dict[str, Any] = yaml.safe_load(manifest_path().read_text(encoding="utf-8"))
OPTIONS: dict[str, Any] = dict(option_spec()["properties"])
COMPLETE = {"client_id": "a-client-id", "client_secret": "a-client-secret", "account_id": "1", "org_id": "1"}
LIMITS = RetryLimits()
TIMEOUTS = http_session.Timeouts()
FIRST_WAIT, *LATER_WAITS, LAST_WAIT = LIMITS.waits
NUMBERS = {3: "three", 8: "eight", 10: "ten"}


def text_of_the_page() -> str:
    return re.sub(r"\s+", " ", PAGE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "fact",
    [
        f"waits at most {TIMEOUTS.connect:.0f} seconds for the connection and {TIMEOUTS.silence:.0f} seconds for data",
        f"come at {TIMEOUTS.slowest:,.0f} bytes a second",
        f"be complete within {TIMEOUTS.longest:.0f} seconds",
        f"may hold {http_session.MAX_BYTES >> 20} MB unpacked",
        f"in the connection check, {http_session.MAX_CHECK_BYTES >> 20} MB",
        f"looked up at no more than {lookup.ALLOWED_PER_SECOND} a second",
        f"N users take at least N/{lookup.ALLOWED_PER_SECOND} seconds",
        f"are retried, up to {len(LIMITS.waits)} times: after a random wait of up to {FIRST_WAIT:.0f} seconds",
        f"then up to {', '.join(f'{wait:.0f}' for wait in LATER_WAITS)} and {LAST_WAIT:.0f}",
        f"One of more than {LIMITS.max_pause:.0f} seconds is not waited for",
        f"once {LIMITS.max_failures} requests for the same kind of resource failed in a row",
        f"that kind failed for {LIMITS.max_outage:.0f} seconds without a success",
        f"a host that failed for {LIMITS.max_outage:.0f} seconds without a success",
        f"if requests for {LIMITS.min_endpoints} or more kinds of resource failed",
        f"over within {connection_check.SECONDS:.0f} seconds",
        f"attributes of the first {NUMBERS[connection_check.MOST_WORKSPACES]} workspaces",
        f"the first {NUMBERS[partition_outcomes.NAMED]} are named with their path",
    ],
)
def test_the_page_states_the_limits_of_the_code(fact: str) -> None:
    assert fact in text_of_the_page()


def test_the_manifest_runs_as_many_workers_as_the_form_allows() -> None:
    workers, option = MANIFEST["concurrency_level"], OPTIONS["num_workers"]
    assert workers["default_concurrency"] == f"{{{{ config.get('num_workers') or {option['default']} }}}}"
    assert workers["max_concurrency"] == option["maximum"]
    assert option["maximum"] <= http_session.CONNECTIONS


def test_every_grant_of_the_manifest_is_one_that_messages_and_the_page_name() -> None:
    components = SourceMparticle(config=COMPLETE).resolved_manifest["streams"]
    streams = [stream for component in components for stream in component.get("streams", [component])]
    grants = {stream["retriever"]["requester"]["grant"] for stream in streams}
    assert grants == {errors.PLATFORM_API, errors.DATA_PLANNING_API, errors.CUSTOM_ROLES_API}
    for grant in (*grants, errors.PROFILE_API):
        assert f"**{grant}**" in text_of_the_page()


def test_the_audience_of_a_token_is_the_default_host_of_the_api() -> None:
    assert OPTIONS["api_url"]["default"] == auth.AUDIENCE


def test_users_are_looked_up_by_mpid_unless_another_type_is_chosen() -> None:
    option = OPTIONS["profiles"]["properties"]["identity_type"]
    assert option["default"] == MPID
    assert MPID in option["enum"]


@pytest.mark.parametrize("package", ["api", "configuration", "profiles"])
def test_the_core_imports_nothing_of_airbyte(package: str) -> None:
    for module in (ROOT / "source_mparticle" / package).glob("*.py"):
        assert "airbyte_cdk" not in module.read_text(encoding="utf-8"), module.name


def test_the_readme_names_every_package_of_the_source() -> None:
    packages = {path.parent.relative_to(ROOT).as_posix() for path in (ROOT / "source_mparticle").rglob("__init__.py")}
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {package for package in packages if f"]({package})" not in readme} == set()
