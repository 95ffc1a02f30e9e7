"""The probe: what it asks, sends and reports."""

import json
from collections import Counter

import pytest
from mparticle_sandbox import SandboxProcess

from tests.helpers.prober import SEND, Prober

FROM_OUTSIDE = {"14.22", "14.32"}


def test_against_a_sandbox_everything_is_as_assumed(sandbox: SandboxProcess, prober: Prober) -> None:
    outcome = prober.probe(sandbox, SEND)
    assert (outcome.status, outcome.stderr) == (0, "")
    assert {entry["id"] for entry in outcome.report["answers"] if entry["verdict"] == "differs"} == set()
    assert outcome.undecided == {*FROM_OUTSIDE, "14.6 grants"}


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
    assert "14.28" in outcome.undecided
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
