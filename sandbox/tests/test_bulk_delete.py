from typing import Any

import pytest
import requests
from mparticle_sandbox import SandboxProcess

from tests.helpers.client import Client

PATH = "/userprofile/bulkdelete"


def deletion(environment: str = "production", **whom: Any) -> dict[str, Any]:
    return {"environment_type": environment, "action": "delete", **whom}


def delete(sandbox: SandboxProcess, content: Any, secret: str | None = None) -> requests.Response:
    pair = (sandbox.api_key, secret or sandbox.api_secret)
    return requests.post(f"{sandbox.url}{PATH}", json=content, auth=pair, timeout=5)


def known(sandbox: SandboxProcess) -> set[str]:
    return {profile["customer_id"] for profile in sandbox.profiles()}


def test_profiles_are_deleted_by_identity_and_by_mpid_with_an_empty_202(sandbox: SandboxProcess) -> None:
    first, second, third = (sandbox.profiles()[number]["mpid"] for number in (0, 1, 2))
    asked = [deletion(identities={"customerid": "c-1001"}), deletion(mpid=str(second)), deletion(mpid=third)]
    response = delete(sandbox, asked)
    assert (response.status_code, response.content) == (202, b"")
    assert known(sandbox) == {f"c-{number}" for number in range(1004, 1041)}
    report = sandbox.deletions()
    assert (report["requests"], report["deleted"], report["unknown"], report["refused"]) == (1, 3, 0, {})
    assert [entry["asked"] for entry in report["deletions"]] == asked
    assert [entry["deleted_mpid"] for entry in report["deletions"]] == [first, second, third]


def test_the_profile_api_does_not_know_a_deleted_user(client: Client, sandbox: SandboxProcess) -> None:
    mpid = sandbox.profiles()[0]["mpid"]
    delete(sandbox, [deletion(identities={"customerid": "c-1001"})])
    assert client.get(f"/userprofile/v1/77/1201/5318/{mpid}?fields=user_identities").status_code == 400
    body = {"environment_type": "production", "identity": {"type": "customer_id", "value": "c-1001"}}
    assert client.post("/userprofile/v1/resolve/77/1201/5318?fields=user_identities", json=body).status_code == 404


def test_whom_nobody_knows_is_accepted_and_counted(sandbox: SandboxProcess) -> None:
    nobody = [
        deletion(identities={"customerid": "c-1"}),
        deletion(identities={"customerid": "c-1001", "email": "somebody.else@mail.example"}),
        deletion("development", identities={"customerid": "c-1001"}),
        deletion("development", mpid=sandbox.profiles()[0]["mpid"]),
        deletion(mpid=1),
    ]
    assert delete(sandbox, nobody).status_code == 202
    assert (sandbox.deletions()["deleted"], sandbox.deletions()["unknown"]) == (0, 5)
    assert len(known(sandbox)) == 40


def test_a_profile_can_be_deleted_only_once_and_reset_brings_it_back(sandbox: SandboxProcess) -> None:
    assert delete(sandbox, [deletion(identities={"customerid": "c-1001"})] * 2).status_code == 202
    assert (sandbox.deletions()["deleted"], sandbox.deletions()["unknown"]) == (1, 1)
    sandbox.reset()
    assert len(known(sandbox)) == 40
    assert sandbox.deletions() == {"requests": 0, "refused": {}, "deleted": 0, "unknown": 0, "deletions": []}


@pytest.mark.parametrize(
    "content",
    [
        {},
        [7],
        [{"action": "delete", "mpid": 1}],
        [{"environment_type": "staging", "action": "delete", "mpid": 1}],
        [{"environment_type": "production", "mpid": 1}],
        [deletion()],
        [deletion(mpid=1, identities={"customerid": "c-1002"})],
        [deletion(mpid="x")],
        [deletion(mpid=2**63)],
        [deletion(mpid="9" * 5000)],
        [deletion(mpid=True)],
        [deletion(identities={})],
        [deletion(identities={"customer_id": "c-1002"})],
        [deletion(identities={"customerid": 1002})],
        [deletion(mpid=1, reason="gone")],
    ],
)
def test_a_malformed_body_is_a_400_and_deletes_nobody(sandbox: SandboxProcess, content: Any) -> None:
    good = deletion(identities={"customerid": "c-1001"})
    response = delete(sandbox, [good, *content] if isinstance(content, list) else content)
    assert (response.status_code, response.json()["errors"][0]["code"]) == (400, "BAD_REQUEST")
    assert len(known(sandbox)) == 40
    assert sandbox.deletions()["refused"] == {"400": 1}


def test_a_request_holds_a_hundred_deletions_or_as_many_as_set(sandbox: SandboxProcess) -> None:
    assert delete(sandbox, [deletion(mpid=1)] * 100).status_code == 202
    assert delete(sandbox, [deletion(mpid=1)] * 101).status_code == 400
    sandbox.settings(deletions_per_request=2)
    assert delete(sandbox, [deletion(mpid=1)] * 3).status_code == 400


def test_it_takes_the_key_pair_of_an_input_and_says_nothing_without(sandbox: SandboxProcess) -> None:
    nobody = requests.post(f"{sandbox.url}{PATH}", json=[], timeout=5)
    assert (nobody.status_code, nobody.content) == (401, b"")
    unauthorized = delete(sandbox, [deletion(identities={"customerid": "c-1001"})], secret="wrong")
    assert (unauthorized.status_code, unauthorized.content) == (403, b"")
    assert len(known(sandbox)) == 40
    assert sandbox.deletions()["refused"] == {"401": 1, "403": 1}


def test_it_has_no_version_and_no_other_method_and_can_be_disturbed(sandbox: SandboxProcess) -> None:
    assert requests.post(f"{sandbox.events_url}{PATH}", json=[], timeout=5).status_code == 404
    assert requests.delete(f"{sandbox.url}{PATH}", timeout=5).status_code == 405
    sandbox.add_fault(path=PATH, status=503, times=1)
    assert delete(sandbox, []).status_code == 503
    assert delete(sandbox, []).status_code == 202
