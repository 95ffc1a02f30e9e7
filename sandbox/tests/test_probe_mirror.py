"""A sandbox that answers as a probed account did."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import requests
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.cli import main
from mparticle_sandbox.core.grants import Grants
from mparticle_sandbox.core.settings import Settings
from mparticle_sandbox.core.statuses import Statuses
from mparticle_sandbox.probe.commands.mirror import Mirrored, ReportError, mirror_report
from mparticle_sandbox.process import SandboxStartError

from tests.helpers.prober import SEND, Prober

VARIANTS: list[dict[str, Any]] = [
    {},
    {"answers": "documented"},
    {"list_shape": "bare"},
    {"list_shape": "wrapped"},
    {"list_shapes": {"/v1/audiences": "wrapped", "/v1/apps/*/datapoints": "bare"}},
    {"grants": {"platform": False}},
    {"grants": {"data_planning": False}},
    {"grants": {"custom_roles": False}},
    {"grants": {"profile": False}},
    {"grants": {"platform": False, "data_planning": False, "custom_roles": False, "profile": False}},
    {"missing_features": ["/platform/v2/workspaces/*/plans*"]},
    {"missing_features": ["*/calculatedattributes*", "/platform/v2/organizations/*"]},
    {"missing_features": ["/v1/partnerfeeds/*/subscriptions"]},
    {"missing_features": ["/v1/workspace/*/partnerfeeds", "/v1/apps/*/datapoints"]},
    {"id_types": "integer"},
    {"id_types": "text"},
    {"timestamps": "zoned"},
    {"os_in_path": "any", "service_in_path": "listed"},
    {"form_tokens": False, "token_lifetime_s": 86_400},
    {"platform_rate_header": True},
    {"compress": True},
    {"statuses": {"missing_account": 200, "unknown_account": 403, "unknown_mpid": 404}},
    {"statuses": {"missing_account": 400, "unmatched_name": 404, "wrong_secret": 403}},
    {"statuses": {"never_activated": 404}},
    {"statuses": {"unknown_organization": 403, "unknown_workspace": 403, "unknown_identity": 400}},
]

# The status of an unknown identity follows `answers`, and is fixed once it is known.
ORDINARY = Settings(statuses=Statuses(unknown_identity=404))


def mirrored(prober: Prober) -> Mirrored:
    return mirror_report(prober.output, Settings())


@pytest.mark.parametrize("variant", VARIANTS, ids=json.dumps)
def test_a_sandbox_like_another_is_probed_with_the_same_answers(
    sandbox: SandboxProcess, prober: Prober, variant: dict[str, Any]
) -> None:
    sandbox.settings(**variant)
    original = prober.probe(sandbox, SEND)
    result = mirrored(prober)
    assert [omission for omission in result.omissions if "no setting" in omission] == []
    assert (result.settings != ORDINARY) == bool(variant)
    sandbox.reset()
    sandbox.settings(**asdict(result.settings))
    assert prober.probe(sandbox, SEND).decided == original.decided


def test_serve_like_responds_as_the_account_did(sandbox: SandboxProcess, prober: Prober) -> None:
    sandbox.settings(list_shape="wrapped", answers="documented", grants={"data_planning": False}, id_types="integer")
    original = prober.probe(sandbox)
    with SandboxProcess(like=str(prober.output)) as mirror:
        assert requests.get(f"{mirror.url}/v1/accounts?accountId=1201", timeout=5).status_code == 401
        assert prober.probe(mirror).decided == original.decided
        mirror.settings(list_shape="bare")
        mirror.reset()
        assert prober.probe(mirror).decided == original.decided


def test_what_cannot_be_mirrored_is_said(sandbox: SandboxProcess, prober: Prober) -> None:
    sandbox.settings(list_shapes={"/v1/audiences": "wrapped"})
    sandbox.add_fault(path="/v1/workspaces", status=200, body=[])
    sandbox.add_fault(path="/v1/users", status=403)
    sandbox.add_fault(path="/v1/accounts", status=200, body={"accounts": []})
    prober.probe(sandbox)
    settings, omissions = mirrored(prober).settings, mirrored(prober).omissions
    assert settings.list_shapes["/v1/audiences"] == "wrapped"
    assert settings.grants == Grants()
    assert [omission.partition("for it: ")[2].partition(",")[0] for omission in omissions[:-1]] == [
        "14.4",
        "14.6 grants",
        "14.3",
        "3.2 fields",
    ]
    assert omissions[-1].startswith("Not decided, so answered as without --like: ")
    assert "14.31" in omissions[-1]


def test_a_fault_is_not_mirrored(sandbox: SandboxProcess, prober: Prober) -> None:
    for status in (429, 500, 503):
        sandbox.clear_faults()
        sandbox.add_fault(path="/v1/*", status=status)
        sandbox.add_fault(path="/userprofile/*", reset=True)
        prober.probe(sandbox)
        assert mirrored(prober).settings == Settings()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "not a JSON file"),
        ("[" * 100_000, "not a JSON file"),
        ("[]", "not written by the probe"),
        ('{"format": "another"}', "not written by the probe"),
        ('{"format": "mparticle-sandbox probe", "version": 2}', "another version"),
        ('{"format": "mparticle-sandbox probe", "version": true}', "another version"),
        ('{"format": "mparticle-sandbox probe", "version": 1}', "damaged"),
        ('{"format": "mparticle-sandbox probe", "version": 1, "answers": [{"id": 1}]}', "damaged"),
    ],
)
def test_a_file_that_is_no_report_is_refused_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, named: str
) -> None:
    path = tmp_path / "probe.json"
    path.write_text(text)
    assert main(["serve", "--port", "0", "--like", str(path)]) == 1
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)
    assert named in printed.err


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("2.1 lifetime", "long"),
        ("2.1 lifetime", -1),
        ("2.1 lifetime", 10**30),
        ("2.1 lifetime", True),
        ("16.6 form", "perhaps"),
        ("16.6 form", {"x": [1]}),
        ("14.4", None),
        ("11 platform", "perhaps"),
        ("14.33 system", "perhaps"),
        ("14.33 service", 1),
        ("2.1 wrong secret", 999),
        ("14.3", "wrapped"),
        ("14.3", ["wrapped"]),
        ("14.5", {"a": 1}),
        ("14.5", None),
        ("14.6 grants", 403),
        ("14.6 ids", {"unknown account": "404"}),
        ("14.8", 7),
        ("14.25", None),
        ("16.2 MPID", "404"),
        ("16.1 refusals", "empty"),
        ("14.12", [404]),
    ],
)
def test_an_answer_that_cannot_be_is_refused_with_a_sentence(
    sandbox: SandboxProcess, prober: Prober, question: str, answer: Any
) -> None:
    report = prober.probe(sandbox).report
    entry = next(entry for entry in report["answers"] if entry["id"] == question)
    entry |= {"answer": answer, "verdict": "differs"}
    prober.output.write_text(json.dumps(report))
    with pytest.raises(ReportError, match="impossible answer"):
        mirrored(prober)


def test_an_edited_report_is_refused_with_a_sentence(sandbox: SandboxProcess, prober: Prober) -> None:
    report = prober.probe(sandbox).report
    first = report["answers"][0]
    edited: list[tuple[dict[str, Any], str]] = [
        *(
            ({name: each for name, each in first.items() if name != key}, "damaged")
            for key in ("id", "answer", "verdict")
        ),
        ({**first, "id": "0.0"}, "does not ask"),
        (report["answers"][1], "answers a question twice"),
    ]
    for entry, named in edited:
        prober.output.write_text(json.dumps({**report, "answers": [entry, *report["answers"][1:]]}))
        with pytest.raises(ReportError, match=named):
            mirrored(prober)


def test_a_question_that_the_report_lacks_is_said(sandbox: SandboxProcess, prober: Prober) -> None:
    report = prober.probe(sandbox).report
    prober.output.write_text(json.dumps({**report, "answers": report["answers"][1:]}), encoding="utf-8-sig")
    assert "Not in the report, so answered as without --like: 2.1 lifetime." in mirrored(prober).omissions


def test_a_lifetime_that_cannot_be_is_not_decided(sandbox: SandboxProcess, prober: Prober) -> None:
    for seconds in (0, 10**30):
        sandbox.clear_faults()
        sandbox.add_fault(path="/oauth/token", status=200, body={"access_token": "t", "expires_in": seconds})
        assert prober.probe(sandbox).entry("2.1 lifetime")["verdict"] == "not decided"
        assert mirrored(prober).settings.token_lifetime_s == Settings().token_lifetime_s


def test_a_report_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SandboxStartError, match="Cannot read"), SandboxProcess(like=str(tmp_path / "none.json")):
        pass
