"""Read what the Platform API says about accounts: which there are, and which one was created."""

import re
from dataclasses import dataclass
from typing import Any, Final

import orjson

_ID: Final = re.compile(r"[0-9]{1,19}")


@dataclass(frozen=True)
class AccountList:
    """The accounts of the organization at one time, as pairs of id and name."""

    accounts: frozenset[tuple[str, str]]

    def has(self, account_id: str) -> bool:
        """Whether there is an account of this id."""
        return any(account_id == known for known, _ in self.accounts)

    def gained(self, before: "AccountList", name: str) -> bool:
        """Whether there is an account of this name whose id was not there before."""
        return any(known.strip() == name.strip() and not before.has(id_) for id_, known in self.accounts)


def read_account_list(content: bytes) -> AccountList:
    """Read the response to the list request: the documented envelope, or a bare list.

    Ids are taken as numbers and as text. Raises `ValueError` for anything else, and for an envelope with errors, since
    a list that cannot be read must not count as an empty one.
    """
    body = orjson.loads(content)
    if isinstance(body, dict):
        if body.get("errors"):
            raise ValueError("the list of accounts came with errors")
        body = body.get("data")
    if not isinstance(body, list) or not all(_is_account(entry) for entry in body):
        raise ValueError("no list of accounts")
    return AccountList(frozenset((str(entry["id"]), str(entry.get("name") or "")) for entry in body))


def created_id(content: bytes) -> int | None:
    """Return the id in the response to a creation, which is the account, with or without the envelope, or None."""
    try:
        body: Any = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    account = body.get("data", body) if isinstance(body, dict) else body
    if isinstance(account, list) and len(account) == 1:
        account = account[0]
    found = account.get("id") if isinstance(account, dict) else None
    return int(found) if isinstance(found, (int, str)) and _ID.fullmatch(str(found)) else None


def _is_account(entry: Any) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("id"), (int, str))
