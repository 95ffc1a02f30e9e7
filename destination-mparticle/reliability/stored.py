"""What the sandbox has after a run."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import orjson
import requests
from mparticle_sandbox import SandboxProcess

from reliability.rows import exact_json

_PAGE = 20_000


@dataclass(frozen=True)
class Copy:
    """One time that a row arrived, in which batch. `message_id` is empty for a row that only changes a user.

    `content` is a batch of this row alone, without ids, as `exact_json`.
    """

    stream: str
    number: int
    user: str
    batch: int
    request_id: str
    message_id: str
    content: bytes

    @property
    def key(self) -> tuple[str, int]:
        """The key of its row."""
        return self.stream, self.number


@dataclass
class Stored:
    """Every copy in order of arrival, and what became of the accounts.

    `absorbed` and `dropped` are batches: those that the sandbox knew already, and those that vanished by the rules of
    the historical endpoint.
    """

    copies: list[Copy] = field(default_factory=list)
    absorbed: int = 0
    dropped: int = 0
    accounts: dict[int, str] = field(default_factory=dict)


def read_stored(sandbox: SandboxProcess, *, with_accounts: bool = False) -> Stored:
    """Ask the sandbox."""
    report = sandbox.events_report()
    return Stored(
        [copy for index, batch in enumerate(_batches(sandbox)) for copy in _copies(index, batch)],
        report["duplicates"],
        sum(report["silently_dropped"].values()),
        account_names(sandbox) if with_accounts else {},
    )


def without_repeats(stored: Stored) -> Stored:
    """Return what mParticle would keep of it: no batch whose id came before. For a sandbox that keeps them all."""
    first: dict[str, int] = {}
    for copy in stored.copies:
        first.setdefault(copy.request_id, copy.batch)
    kept = [copy for copy in stored.copies if first[copy.request_id] == copy.batch]
    repeats = len({copy.batch for copy in stored.copies}) - len(first)
    return replace(stored, copies=kept, absorbed=stored.absorbed + repeats)


def _batches(sandbox: SandboxProcess) -> Iterator[dict[str, Any]]:
    # The control API's own client reads pages of a thousand, and with a slower parser.
    offset = 0
    with requests.Session() as session:
        session.trust_env = False
        while True:
            url = f"{sandbox.url}/_sandbox/events/batches"
            page = session.get(url, params={"limit": _PAGE, "offset": offset}, timeout=60)
            entries = orjson.loads(page.content)["batches"]
            yield from (entry["batch"] for entry in entries)
            offset += len(entries)
            if len(entries) < _PAGE:
                return


def _copies(index: int, batch: dict[str, Any]) -> Iterator[Copy]:
    user = batch["user_identities"].get("customer_id", "")
    request_id, events = batch.pop("source_request_id"), batch["events"]
    for event in events:
        message_id = event["data"].pop("source_message_id")
        content = exact_json({**batch, "events": [event]})
        attributes = event["data"]["custom_attributes"]
        yield Copy(attributes["of"], attributes["n"], user, index, request_id, message_id, content)
    if not events:
        attributes = batch["user_attributes"]
        yield Copy(attributes["of"], attributes["n"], user, index, request_id, "", exact_json(batch))


def account_names(sandbox: SandboxProcess) -> dict[int, str]:
    """Return the accounts by id, asked of the sandbox with a token of its own."""
    credentials = {
        "client_id": sandbox.client_id,
        "client_secret": sandbox.client_secret,
        "audience": "https://api.mparticle.com",
        "grant_type": "client_credentials",
    }
    token = requests.post(f"{sandbox.url}/oauth/token", json=credentials, timeout=10).json()["access_token"]
    response = requests.get(
        f"{sandbox.url}/v1/accounts",
        params={"accountId": sandbox.account_id},
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )
    return {account["id"]: account["name"] for account in response.json()["data"]}
