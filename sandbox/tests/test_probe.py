"""The probe: what it asks, what it decides, how it ends."""

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.cli import main
from mparticle_sandbox.probe.client import Client, NoResponseError, Request
from mparticle_sandbox.probe.question import Decision, Question
from mparticle_sandbox.probe.report import results_of
from requests_mock import ANY, Mocker

from tests.probing import Prober

SEND = "--send-development-batch"
FROM_OUTSIDE = {"14.22", "14.32"}


def undecided(outcome: Any) -> set[str]:
    return {entry["id"] for entry in outcome.report["answers"] if entry["verdict"] == "not decided"}


def test_against_a_sandbox_everything_is_as_assumed(sandbox: SandboxProcess, prober: Prober) -> None:
    outcome = prober.probe(sandbox, SEND)
    assert (outcome.status, outcome.stderr) == (0, "")
    assert {entry["id"] for entry in outcome.report["answers"] if entry["verdict"] == "differs"} == set()
    assert undecided(outcome) == {*FROM_OUTSIDE, "14.6 grants"}


def test_the_report_is_printed_and_written_with_the_same_words(sandbox: SandboxProcess, prober: Prober) -> None:
    outcome = prober.probe(sandbox)
    printed = " ".join(outcome.stdout.split())
    for entry in outcome.report["answers"]:
        assert f"{entry['id']}: {entry['question']}" in printed
        for key in ("documents", "service", "ours"):
            assert entry[key] in printed
        assert f"verdict {entry['verdict'].upper()}" in printed
    assert f"{len(outcome.report['answers'])} questions: " in printed


def test_it_asks_little_and_reads_only(sandbox: SandboxProcess, prober: Prober) -> None:
    prober.probe(sandbox)
    asked = sandbox.requests()
    # What the announcement and the page about the live check say.
    assert asked["total"] == pytest.approx(45, abs=4)
    written = [request for request in asked["requests"] if request["method"] not in ("GET", "HEAD")]
    paths = Counter(request["path"] for request in written)
    assert paths == {"/oauth/token": 4, "/userprofile/v1/resolve/77/1201/5318": 2, "/v2/bulkevents": 2}
    assert [request["status"] for request in written if request["path"] == "/v2/bulkevents"] == [401, 403]
    assert [request["status"] for request in written if request["path"] == "/oauth/token"].count(401) == 1


def test_nothing_is_sent_without_the_flag(sandbox: SandboxProcess, prober: Prober) -> None:
    outcome = prober.probe(sandbox)
    assert sandbox.events_report()["batches_accepted"] == 0
    assert "No batch is sent." in outcome.stdout
    assert outcome.report["development_batch_sent"] is False
    assert "--send-development-batch" in outcome.entry("14.31")["service"]


def test_with_the_flag_one_development_batch_is_sent_twice_after_it_was_shown(
    sandbox: SandboxProcess, prober: Prober
) -> None:
    outcome = prober.probe(sandbox, SEND)
    report = sandbox.events_report()
    assert (report["batches_accepted"], report["duplicates"], report["events"]) == (1, 1, 0)
    (batch,) = sandbox.batches()
    assert batch["environment"] == "development"
    assert outcome.stdout.index(json.dumps(batch)) < outcome.stdout.index("2.1 lifetime")
    assert outcome.report["development_batch_sent"] is True


def test_the_flag_without_a_key_pair_is_refused(sandbox: SandboxProcess, prober: Prober) -> None:
    prober.configure(sandbox)
    outcome = prober.run(SEND, destination=False)
    assert outcome.status == 1
    assert "--destination-config" in outcome.stderr
    assert sandbox.requests()["total"] == 0


def test_without_the_destination_the_events_api_is_not_asked(sandbox: SandboxProcess, prober: Prober) -> None:
    prober.configure(sandbox)
    outcome = prober.run(destination=False)
    assert outcome.status == 0
    assert sandbox.events_report()["requests"] == 0
    assert "no configuration of the destination" in outcome.entry("14.23")["service"]


def test_the_least_configuration_decides_what_it_can(sandbox: SandboxProcess, prober: Prober) -> None:
    prober.configure(sandbox, org_id=None, profiles=None)
    outcome = prober.run()
    assert outcome.status == 0
    assert "14.28" in undecided(outcome)
    assert "Organization ID (`org_id`)" in outcome.entry("16.2 MPID")["service"]
    assert outcome.answer("14.6 ids") == {"unknown account": 404, "unknown workspace": 404}


def test_an_mpid_of_the_configuration_is_looked_up_by_get(sandbox: SandboxProcess, prober: Prober) -> None:
    mpid = str(sandbox.profiles()[0]["mpid"])
    prober.configure(sandbox, profiles={"workspace_id": "5318", "identities": [mpid]})
    outcome = prober.run()
    assert outcome.answer("14.28") == 200
    assert sandbox.requests()["by_route"]["POST /userprofile/v1/resolve/77/1201/5318"] == 1


def test_the_workspace_of_the_configuration_is_asked(sandbox: SandboxProcess, prober: Prober) -> None:
    prober.configure(sandbox, workspace_ids=["5319"])
    prober.run()
    assert "GET /platform/v2/workspaces/5319/plans" in sandbox.requests()["by_route"]


def test_wrong_credentials_cost_one_request_and_are_named(sandbox: SandboxProcess, prober: Prober) -> None:
    prober.configure(sandbox, client_secret="wrong")
    outcome = prober.run()
    assert outcome.status == 0
    assert "refused the credentials (401)" in outcome.stdout
    assert sandbox.requests()["by_route"]["POST /oauth/token"] == 1
    assert outcome.entry("14.3")["service"] == "accounts: not asked, because there was no token"
    assert outcome.entry("14.23")["verdict"] == "as assumed"


@pytest.mark.parametrize(
    ("status", "said"),
    [(429, "limits the rate (429)"), (404, "answered 404, so"), (503, "answered 503, so"), (403, "credentials (403)")],
)
def test_a_token_endpoint_without_tokens_is_told_for_what_it_is(
    sandbox: SandboxProcess, prober: Prober, status: int, said: str
) -> None:
    sandbox.add_fault(path="/oauth/token", status=status)
    outcome = prober.probe(sandbox)
    assert outcome.status == 0
    assert f"The token endpoint {'refused the ' if status == 403 else ''}{said}" in outcome.stdout
    assert ("refused the credentials" in outcome.stdout) == (status == 403)


def test_ids_and_names_that_no_address_can_hold_are_not_asked_about(sandbox: SandboxProcess, prober: Prober) -> None:
    broken = [{"id": "\udcff", "name": "X\udcff", "data_plan_id": "\udcff"}]
    for path in ("/v1/workspace", "/v1/apps", "/v1/services", "*/calculatedattributes", "/userprofile/*"):
        sandbox.add_fault(path=path, status=200, body=json.dumps({**broken[0], "mpid": "\udcff", "data": broken}))
    outcome = prober.probe(sandbox)
    assert (outcome.status, outcome.stderr) == (0, "")
    for question in ("14.12", "14.28", "6.1 activation"):
        assert outcome.entry(question)["verdict"] == "not decided"
    assert "no address can hold" in outcome.entry("14.12")["service"]
    assert "no address can hold" in outcome.entry("14.28")["service"]
    assert outcome.entry("14.23")["verdict"] == "as assumed"


def test_an_error_in_one_request_or_question_leaves_only_that_open(
    sandbox: SandboxProcess, prober: Prober, requests_mock: Mocker
) -> None:
    requests_mock.register_uri(ANY, ANY, real_http=True)
    # Nothing of requests fails in this way, so nothing of the probe expects it.
    requests_mock.get(f"{sandbox.url}/v1/audiences", exc=ZeroDivisionError("secret-value"))
    outcome = prober.probe(sandbox, SEND)
    assert (outcome.status, outcome.stderr) == (0, "")
    assert "audiences" not in outcome.answer("14.3")
    assert outcome.answer("14.3")["apps"] == "wrapped"
    assert "secret-value" not in outcome.stdout

    def broken(_observed: object) -> Decision:
        raise ZeroDivisionError("secret-value")

    whole = Question("1", "Whole?", "Yes.", "Yes.", lambda _: Decision("yes", "yes"))
    rows = results_of((Question("0", "Broken?", "No.", "No.", broken), whole), {})
    assert [(row.verdict, row.service) for row in rows] == [
        ("not decided", "an error in the probe: ZeroDivisionError"),
        ("as assumed", "yes"),
    ]


def test_an_account_without_anything_leaves_questions_undecided(prober: Prober) -> None:
    sizes = ("workspaces", "apps", "services", "audiences", "users")
    with SandboxProcess(**dict.fromkeys(sizes, 0)) as empty:
        outcome = prober.probe(empty)
    assert outcome.status == 0
    assert outcome.entry("14.12")["service"] == "calculated attributes: no workspace to ask about"
    assert outcome.answer("14.3")["audiences"] == "bare"
    assert "16.2 MPID" in undecided(outcome)


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
    ("grant", "step"),
    [("platform", "accounts"), ("data_planning", "data plans"), ("custom_roles", "roles")],
)
def test_an_api_that_is_not_granted_is_told(sandbox: SandboxProcess, prober: Prober, grant: str, step: str) -> None:
    sandbox.settings(grants={grant: False})
    outcome = prober.probe(sandbox)
    assert outcome.status == 0
    assert outcome.answer("14.6 grants")[step] == 403


def test_a_feature_that_is_missing_is_told(sandbox: SandboxProcess, prober: Prober) -> None:
    sandbox.settings(missing_features=["*/calculatedattributes*"])
    outcome = prober.probe(sandbox)
    assert outcome.answer("14.6 grants") == {"calculated attributes": 404}
    assert outcome.entry("14.12")["service"] == "calculated attributes: answered 404"
    assert "unknown workspace" not in outcome.answer("14.6 ids")


FAULTS: list[dict[str, Any]] = [
    {"path": "*", "status": 429, "headers": {"Retry-After": "60"}},
    {"path": "/v1/*", "status": 429},
    {"path": "*", "status": 503},
    {"path": "/v1/*", "status": 500, "body": "<h1>Oops</h1>"},
    {"path": "*", "status": 200, "body": "<h1>Welcome</h1>", "headers": {"Content-Type": "text/html"}},
    {"path": "/v1/*", "status": 200, "body": "null"},
    {"path": "*", "status": 200, "body": {"data": None, "errors": None}},
    {"path": "*", "status": 200, "body": [1, "x", None, [], {}]},
    {"path": "*", "status": 200, "body": {"access_token": "a\nb"}},
    {"path": "/platform/*", "status": 404},
    {"path": "/v1/*", "truncate": True},
    {"path": "/v1/*", "status": 200, "body": "no gzip", "headers": {"Content-Encoding": "gzip"}},
    {"path": "/userprofile/*", "reset": True},
    {"path": "*", "reset": True, "after": 1},
    {"path": "/v2/*", "status": 302, "headers": {"Location": "https://elsewhere.example/login"}},
    {"path": "*", "status": 200, "body": "[" * 100_000},
    {"path": "*", "status": 200, "body": '{"data":' * 500 + "1" + "}" * 500},
    {"path": "/v1/*", "status": 200, "body": '[{"id": ' + "9" * 5000 + "}]"},
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_whatever_is_answered_the_probe_ends_well(
    sandbox: SandboxProcess, prober: Prober, fault: dict[str, Any]
) -> None:
    sandbox.add_fault(**fault)
    outcome = prober.probe(sandbox, SEND)
    assert (outcome.status, outcome.stderr) == (0, "")
    assert len(outcome.report["answers"]) == outcome.stdout.count("  verdict")
    assert all(entry["service"] for entry in outcome.report["answers"])


@pytest.mark.parametrize("slow", [{"drip_ms": 20}, {"latency_ms": 60_000}])
def test_an_answer_that_does_not_end_is_given_up(sandbox: SandboxProcess, slow: dict[str, int]) -> None:
    sandbox.add_fault(path="/v1/*", **slow)
    sandbox.add_fault(path="/quick", status=200, body="{}")
    with closing(Client(longest_s=0.3)) as client:
        started = time.monotonic()
        with pytest.raises(NoResponseError, match="too slowly"):
            client.send(Request("GET", f"{sandbox.url}/v1/accounts"))
        assert time.monotonic() - started < 2
        assert client.send(Request("GET", f"{sandbox.url}/quick")).content == {}


def test_an_api_that_limits_the_rate_is_asked_nothing_more(sandbox: SandboxProcess, prober: Prober) -> None:
    sandbox.add_fault(path="/v1/*", status=429)
    outcome = prober.probe(sandbox)
    routes = sandbox.requests()["by_route"]
    assert sum(count for route, count in routes.items() if "/v1/accounts" in route or "/v1/workspace" in route) == 1
    assert "answered 429 before" in outcome.entry("14.5")["service"]
    assert outcome.entry("14.23")["verdict"] == "as assumed"


def test_an_api_that_fails_twice_is_asked_nothing_more(sandbox: SandboxProcess, prober: Prober) -> None:
    sandbox.add_fault(path="/v1/*", reset=True)
    outcome = prober.probe(sandbox)
    routes = sandbox.requests()["by_route"]
    assert {route for route in routes if " /v1/" in route} == {"GET /v1/accounts", "GET /v1/workspace"}
    assert "failed twice" in outcome.entry("14.6 no token")["service"]


def test_a_redirect_is_told_and_not_followed(sandbox: SandboxProcess, prober: Prober) -> None:
    sandbox.add_fault(path="/v1/apps", status=301, headers={"Location": "https://elsewhere.example/v1/apps"})
    outcome = prober.probe(sandbox)
    assert (outcome.answer("3.4 redirects"), outcome.entry("3.4 redirects")["verdict"]) == (
        "to another host",
        "differs",
    )
    assert "elsewhere.example" not in outcome.stdout


def test_answers_that_cannot_be_read_are_one_sentence(sandbox: SandboxProcess, prober: Prober) -> None:
    sandbox.add_fault(path="*", status=200, body="no gzip", headers={"Content-Encoding": "gzip"})
    outcome = prober.probe(sandbox)
    assert (outcome.status, outcome.stderr.count("\n")) == (1, 1)
    assert "cut or damaged" in outcome.stderr


@pytest.mark.parametrize("port", [1, 9])
def test_where_nothing_answers_one_sentence_says_so(sandbox: SandboxProcess, prober: Prober, port: int) -> None:
    nowhere = f"http://127.0.0.1:{port}"
    prober.configure(sandbox, api_url=nowhere, token_url=f"{nowhere}/oauth/token")
    outcome = prober.run(destination=False)
    assert outcome.status == 1
    assert outcome.report == {}
    assert outcome.stderr.count("\n") == 1
    assert "API URL (`api_url`)" in outcome.stderr


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"client_id": None}, "Client ID (`client_id`)"),
        ({"client_secret": ""}, "Client Secret (`client_secret`)"),
        *(({"client_secret": text}, "Client Secret (`client_secret`)") for text in (" ", "secret-\n", "\udcff", 5)),
        *(
            ({"account_id": text}, "Account ID (`account_id`)")
            for text in (["1201"], 1201, " ", "x\n", "1\n", "\udcff")
        ),
        *(({"org_id": text}, "Organization ID (`org_id`)") for text in ("\udcff", "secret-org", 77)),
        ({"workspace_ids": "5318"}, "Workspace IDs (`workspace_ids`)"),
        ({"workspace_ids": [None]}, "Workspace IDs (`workspace_ids`)"),
        ({"workspace_ids": [[]]}, "Workspace IDs (`workspace_ids`)"),
        ({"workspace_ids": ["\udcff"]}, "Workspace IDs (`workspace_ids`)"),
        *(
            ({"profiles": {"workspace_id": text}}, "Workspace ID (`profiles.workspace_id`)")
            for text in ("\udcff", ["secret-id"], "../x")
        ),
        ({"profiles": {"identity_type": "secret-kind"}}, "Identity Type (`profiles.identity_type`)"),
        ({"profiles": {"identities": ["\udcff"]}}, "Identities (`profiles.identities`)"),
        ({"profiles": {"identities": "secret-user"}}, "Identities (`profiles.identities`)"),
        ({"profiles": {"environment": 5}}, "Environment (`profiles.environment`)"),
        ({"api_url": "https://elsewhere.example/?key=secret-key"}, "API URL (`api_url`)"),
        ({"profiles": ["secret-user"]}, "User Profiles (`profiles`)"),
        ({"api_url": "http://elsewhere.example"}, "API URL (`api_url`)"),
        ({"api_url": "https://user:secret-pass@elsewhere.example"}, "API URL (`api_url`)"),
        ({"token_url": "elsewhere"}, "Token URL (`token_url`)"),
    ],
)
def test_a_configuration_that_cannot_be_used_is_one_sentence(
    sandbox: SandboxProcess, prober: Prober, changes: dict[str, Any], named: str
) -> None:
    prober.configure(sandbox, **changes)
    outcome = prober.run()
    assert (outcome.status, outcome.stdout) == (1, "")
    assert named in outcome.stderr
    assert outcome.stderr.count("\n") == 1
    assert "secret-" not in outcome.stderr
    assert sandbox.requests()["total"] == 0


@pytest.mark.parametrize("text", ["", "[]", "{", "\x00"])
def test_a_file_that_is_no_configuration_is_one_sentence(sandbox: SandboxProcess, prober: Prober, text: str) -> None:
    prober.configure(sandbox)
    prober.config_path.write_text(text)
    outcome = prober.run()
    assert (outcome.status, outcome.stderr.count("\n")) == (1, 1)


def test_a_byte_order_mark_is_no_part_of_a_configuration(sandbox: SandboxProcess, prober: Prober) -> None:
    prober.configure(sandbox)
    for path in (prober.config_path, prober.destination_path):
        path.write_text(path.read_text(), encoding="utf-8-sig")
    assert prober.run().status == 0


@pytest.mark.parametrize(
    ("destination", "named"),
    [
        ({"api_key": "k", "api_secret": "s"}, "Pod (`pod`)"),
        ({"api_key": "k", "api_secret": "s", "pod": "MARS"}, "Pod (`pod`)"),
        ({"api_key": "k", "pod": "EU1"}, "API Secret (`api_secret`)"),
    ],
)
def test_a_destination_that_cannot_be_used_is_one_sentence(
    sandbox: SandboxProcess, prober: Prober, destination: dict[str, Any], named: str
) -> None:
    prober.configure(sandbox)
    prober.destination_path.write_text(json.dumps(destination))
    outcome = prober.run()
    assert outcome.status == 1
    assert named in outcome.stderr


def test_an_output_that_cannot_be_written_is_one_sentence(
    sandbox: SandboxProcess, prober: Prober, tmp_path: Path
) -> None:
    prober.configure(sandbox)
    for output in (tmp_path / "none" / "probe.json", tmp_path, tmp_path / ("x" * 300), prober.config_path):
        outcome = prober.run("--output", str(output))
        assert (outcome.status, outcome.stdout, outcome.stderr.count("\n")) == (1, "", 1)
        assert "--output" in outcome.stderr
    assert sandbox.requests()["total"] == 0


def test_an_output_is_left_as_it_is_until_there_is_a_report(sandbox: SandboxProcess, prober: Prober) -> None:
    prober.configure(sandbox, api_url="http://127.0.0.1:1", token_url="http://127.0.0.1:1/oauth/token")
    earlier = prober.output.with_name("earlier.json")
    earlier.write_text("{}")
    assert prober.run("--output", str(earlier), destination=False).status == 1
    assert earlier.read_text() == "{}"
    link = prober.output.with_name("link.json")
    link.symlink_to(prober.output)
    assert prober.run("--output", str(link), destination=False).status == 1
    assert (link.is_symlink(), prober.output.exists()) == (True, False)


def test_a_pause_that_is_no_number_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    for pause in ("-1", "nan", "long", "1e9"):
        with pytest.raises(SystemExit):
            main(["probe", "--config", "x", "--pause", pause])
    assert "--pause" in capsys.readouterr().err


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_ctrl_c_and_sigterm_end_it_with_one_line(
    sandbox: SandboxProcess, prober: Prober, number: signal.Signals, status: int
) -> None:
    prober.configure(sandbox)
    sandbox.add_fault(path="/v1/*", latency_ms=60_000)
    command = [sys.executable, "-m", "mparticle_sandbox", "probe", "--config", str(prober.config_path)]
    output = ["--output", str(prober.output)]
    # Where the tests run in the background, Ctrl-C is ignored, and what they start would inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    probe = subprocess.Popen([*command, *output], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    signal.signal(signal.SIGINT, before)
    deadline = time.monotonic() + 20
    while "GET /v1/accounts" not in sandbox.requests()["by_route"] and time.monotonic() < deadline:
        time.sleep(0.05)
    started = time.monotonic()
    probe.send_signal(number)
    _, errors = probe.communicate(timeout=10)
    assert time.monotonic() - started < 3
    assert (probe.returncode, errors.count("\n")) == (status, 1)
    assert not prober.output.exists()
