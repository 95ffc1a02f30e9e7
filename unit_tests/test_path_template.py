from typing import Any

import pytest

from source_mparticle.api.errors import API_URL, UnexpectedResponse, redirected
from source_mparticle.api.urls import host_of, path_of
from source_mparticle.components.partition_routers import partition_value
from source_mparticle.components.requester import filled_path

TEMPLATE = "/v1/apps/{application_id}/{module_name}/datapoints"


@pytest.mark.parametrize(
    ("module", "segment"),
    [("AdNet", "AdNet"), ("C#", "C%23"), ("a/b", "a%2Fb"), ("50% é?", "50%25%20%C3%A9%3F"), ("...", "..."), (7, "7")],
)
def test_every_value_is_one_segment(module: Any, segment: Any) -> None:
    values = {"application_id": 881, "module_name": module}
    assert filled_path(TEMPLATE, values.get) == f"/v1/apps/881/{segment}/datapoints"


@pytest.mark.parametrize("module", ["", ".", "..", None, True, 1.0, ["a"], {}, "x" * 2001, "/" * 700])
def test_a_value_that_leads_elsewhere_is_a_failure(module: Any) -> None:
    values = {"application_id": 881, "module_name": module}
    with pytest.raises(
        UnexpectedResponse, match=r"module_name .* /v1/apps/\{application_id\}/\{module_name\}/datapoints"
    ):
        filled_path(TEMPLATE, values.get)


def test_messages_show_the_beginning_of_a_long_path() -> None:
    assert path_of("https://api.test.example/v1/apps/881?accountId=1") == "/v1/apps/881"
    assert path_of(f"https://api.test.example/v1/{'x' * 5000}") == f"/v1/{'x' * 296}…"


@pytest.mark.parametrize(
    ("location", "where"),
    [
        (f"https://{'x' * 60_000}/", "another host"),
        ("HTTP://ann:pass@Elsewhere.example:8080/x?token=y", "another host"),
        ("https://a-token.a-client-id.4711.example/", "another host"),
        ("//[::1]:80/x", "another host"),
        ("http://API.test.example/x", "http://api.test.example"),
        ("https://[::1/x", "another path of the same host"),
        ("https://ex\u2100mple/x", "another path of the same host"),
        ("x" * 60_000, "another path of the same host"),
    ],
    ids=lambda text: text[:30],
)
def test_messages_show_the_host_of_a_redirect_only_where_it_is_the_one_that_was_asked(
    location: str, where: str
) -> None:
    said = str(redirected(302, "https://api.test.example/v1/apps", location, API_URL))
    assert f"answered with a redirect (HTTP 302) to {where}, which" in said


@pytest.mark.parametrize("url", ["https://[::1/v1", "https://ex\u2100mple/v1"])
def test_an_address_that_is_none_has_neither_host_nor_path(url: str) -> None:
    assert (host_of(url), path_of(url)) == ("", "")


def test_a_value_is_looked_for_in_the_slices_that_a_slice_is_part_of() -> None:
    partition = {"plan": "p", "parent_slice": {"workspace_id": 5318, "parent_slice": {}}}
    assert [partition_value(partition, name) for name in ("plan", "workspace_id", "other")] == ["p", 5318, None]
