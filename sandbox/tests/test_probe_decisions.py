"""What the probe decides about an account that differs, refuses or lacks something."""

from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess

from tests.helpers.prober import Prober


def test_an_account_without_anything_leaves_questions_undecided(prober: Prober) -> None:
    sizes = ("workspaces", "apps", "services", "audiences", "users")
    with SandboxProcess(**dict.fromkeys(sizes, 0)) as empty:
        outcome = prober.probe(empty)
    assert outcome.status == 0
    assert outcome.entry("14.12")["service"] == "calculated attributes: no workspace to ask about"
    assert outcome.answer("14.3")["audiences"] == "bare"
    assert "16.2 MPID" in outcome.undecided


@pytest.mark.parametrize(
    ("settings", "question", "answer"),
    [
        ({"list_shape": "wrapped"}, "14.3", "wrapped"),
        ({"list_shape": "bare"}, "14.3", "bare"),
        ({"errors_in_200": "/v1/audiences"}, "14.3", "envelope with errors"),
    ],
)
def test_lists_of_another_shape_differ(
    sandbox: SandboxProcess, prober: Prober, settings: dict[str, Any], question: str, answer: str
) -> None:
    sandbox.settings(**settings)
    outcome = prober.probe(sandbox)
    assert outcome.entry(question)["verdict"] == "differs"
    assert outcome.answer(question)["audiences" if answer != "bare" else "apps"] == answer


@pytest.mark.parametrize(
    ("grant", "call"),
    [("platform", "accounts"), ("data_planning", "data plans"), ("custom_roles", "roles")],
)
def test_an_api_that_is_not_granted_is_told(sandbox: SandboxProcess, prober: Prober, grant: str, call: str) -> None:
    sandbox.settings(grants={grant: False})
    outcome = prober.probe(sandbox)
    assert outcome.status == 0
    assert outcome.answer("14.6 grants")[call] == 403


def test_a_feature_that_is_missing_is_told(sandbox: SandboxProcess, prober: Prober) -> None:
    sandbox.settings(missing_features=["*/calculatedattributes*"])
    outcome = prober.probe(sandbox)
    assert outcome.answer("14.6 grants") == {"calculated attributes": 404}
    assert outcome.entry("14.12")["service"] == "calculated attributes: answered 404"
    assert "unknown workspace" not in outcome.answer("14.6 ids")
