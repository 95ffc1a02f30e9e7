"""What the probe never tells: secrets, tokens, names, ids, and any other value of what it read."""

import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests_mock
from mparticle_sandbox import SandboxProcess
from mparticle_sandbox.probe.documented_fields import ENUMERATIONS, KEYS

from tests.helpers.client import Client
from tests.helpers.prober import SEND, Outcome, Prober
from tests.test_settings import ALL_LISTS

# Words of the questions themselves, which the data has too.
PUBLIC = KEYS.union(*ENUMERATIONS.values())
PARTS = ("device_identities", "user_identities", "user_attributes", "audience_memberships")
SENTINEL = re.compile(r"zq\d+qz|98\d{7}")


class Planted:
    """Answers as the sandbox does, with a sentinel in place of every value, and with unknown fields and headers.

    Paths, queries and tokens with sentinels are understood, so that every request is still made.
    """

    def __init__(self, sandbox: SandboxProcess, keep_times: bool) -> None:
        self._url = sandbox.url
        self._keep_times = keep_times
        self._sentinels: dict[Any, Any] = {}
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open

    @property
    def count(self) -> int:
        return len(self._sentinels)

    def answer(self, request: Any, context: Any) -> bytes:
        url = self._url + self._understood(request.path_url)
        body = self._understood(request.text) if request.text else None
        headers = {name: self._understood(value) for name, value in request.headers.items() if name != "Content-Length"}
        forwarded = urllib.request.Request(  # noqa: S310 - the sandbox's own address
            url, body.encode() if body else None, headers, method=request.method
        )
        try:
            response = self._open(forwarded, timeout=10)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            text = response.read()
            context.status_code = response.status
        context.headers.update({"X-Owner": "zq0qz", "Set-Cookie": "session=zq0qz", "zq0qz": "1"})
        return json.dumps(self._planted(json.loads(text))).encode() if text else text

    def _understood(self, text: str) -> str:
        originals = {str(sentinel): str(value) for value, sentinel in self._sentinels.items()}
        return SENTINEL.sub(lambda match: urllib.parse.quote(originals.get(match[0], match[0]), safe=" "), text)

    def _planted(self, value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {**{name: self._planted(item, name) for name, item in value.items()}, "zq0qz": "zq0qz"}
        if isinstance(value, list):
            return [self._planted(item) for item in value]
        if value is None or isinstance(value, bool) or key == "expires_in":
            return value
        if self._keep_times and key.endswith("_on"):
            return value
        number = len(self._sentinels) + 1
        return self._sentinels.setdefault(value, f"zq{number}qz" if isinstance(value, str) else 980_000_000 + number)


@pytest.fixture
def leaks(sandbox: SandboxProcess) -> Callable[[Outcome], list[str]]:
    def found(outcome: Outcome) -> list[str]:
        text = f"{outcome.stdout}{outcome.stderr}{json.dumps(outcome.report)}"
        text = re.sub(r"mparticle-probe-[0-9a-f-]{36}", "", text)
        values = {
            sandbox.client_id,
            sandbox.client_secret,
            sandbox.api_key,
            sandbox.api_secret,
            "c-1001",
            "5318",
            "1201",
        }
        return sorted({*SENTINEL.findall(text), *(value for value in values if value in text)})

    return found


@pytest.mark.parametrize("keep_times", [True, False])
def test_no_sentinel_in_any_field_gets_out(
    sandbox: SandboxProcess, prober: Prober, leaks: Any, keep_times: bool
) -> None:
    planted = Planted(sandbox, keep_times)
    prober.configure(sandbox)
    with requests_mock.Mocker() as mocker:
        mocker.register_uri(requests_mock.ANY, requests_mock.ANY, content=planted.answer)
        outcome = prober.run(SEND)
    assert outcome.status == 0
    assert planted.count > 300
    assert outcome.answer("14.28") == 200
    assert outcome.answer("3.2 fields")["calculated attribute"] == "several"
    assert outcome.answer("14.30")["audiences status"] == "one"
    assert leaks(outcome) == []


def test_no_value_of_the_seeded_data_gets_out(sandbox: SandboxProcess, client: Client, prober: Prober) -> None:
    paths = [*ALL_LISTS, "/platform/v2/organizations/77/accounts/1201/roles"]
    paths += [
        f"/userprofile/v1/77/1201/5318/{user['mpid']}?fields={','.join(PARTS)}" for user in sandbox.profiles()[:9]
    ]
    values = {value for path in paths for value in _leaves(client.get(path).json())}
    prober.configure(sandbox, client_secret="wrong")
    # What is printed where nothing could be read comes from nothing that was read.
    ours = prober.run(SEND).stdout
    secret = {value for value in values if len(value) > 3 and value not in PUBLIC and value not in ours}
    assert len(secret) > 400
    outcome = prober.probe(sandbox, SEND)
    text = f"{outcome.stdout}{json.dumps(outcome.report)}"
    assert sorted(value for value in secret if re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text)) == []


@pytest.mark.parametrize(
    "fault",
    [
        {"path": "*", "status": 400, "body": {"errors": [{"code": "zq1qz", "message": "zq2qz", "zq3qz": 1}]}},
        {"path": "*", "status": 401, "body": {"error": "zq1qz", "error_description": "zq2qz"}},
        {"path": "*", "status": 404, "body": "zq1qz"},
        {"path": "*", "status": 302, "headers": {"Location": "https://zq1qz.example/zq2qz?token=zq3qz"}},
        {"path": "*", "status": 302, "headers": {"Location": "https://[zq1qz"}},
        {"path": "/v1/*", "status": 200, "headers": {"Content-Encoding": "zq1qz"}, "body": {"data": ["zq2qz"]}},
        {"path": "/v1/*", "status": 429, "headers": {"Retry-After": "zq1qz", "X-mp-rate-limit-exceeded": "zq2qz"}},
        {
            "path": "/v1/*",
            "status": 200,
            "body": {"dataType": "zq1qz", "data": {"zq2qz": "zq3qz"}, "errors": ["zq4qz"]},
        },
        {"path": "/platform/*", "status": 200, "body": [{"zq1qz": 1, "id": "zq2qz", "created_on": "zq3qz"}]},
    ],
    ids=str,
)
def test_no_sentinel_in_a_refusal_gets_out(
    sandbox: SandboxProcess, prober: Prober, leaks: Any, fault: dict[str, Any]
) -> None:
    sandbox.add_fault(**fault)
    outcome = prober.probe(sandbox, SEND)
    assert outcome.status == 0
    assert leaks(outcome) == []


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif value is not None:
        yield str(value)
