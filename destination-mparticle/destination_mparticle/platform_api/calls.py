"""The requests of the Platform API's accounts, as mParticle documents them.

Every request names an account in the query parameter `accountId`, except the creation, which is the only one documented
without it. The deletion is documented with the id in the query alone, where other resources have it in the path.
"""

from dataclasses import dataclass
from typing import Final

from destination_mparticle.objects.account import AccountOperation
from destination_mparticle.objects.operations import APPEND, UPDATE

_ACCOUNTS: Final = "/v1/accounts"


@dataclass(frozen=True)
class Call:
    """One request: `path` includes the query, `body` is JSON or None."""

    method: str
    path: str
    body: dict[str, str] | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path.partition('?')[0]}"


def call_of(operation: AccountOperation) -> Call:
    """Return the request that carries an operation out."""
    if operation.kind == APPEND:
        return Call("POST", _ACCOUNTS, {"name": operation.name})
    of_account = f"?accountId={operation.account_id}"
    if operation.kind == UPDATE:
        return Call("PUT", f"{_ACCOUNTS}/{operation.account_id}{of_account}", {"name": operation.name})
    return Call("DELETE", f"{_ACCOUNTS}{of_account}")


def list_accounts(account_id: str) -> Call:
    """Return the request for all accounts of the organization that an account belongs to."""
    return Call("GET", f"{_ACCOUNTS}?accountId={account_id}")


def get_account(account_id: str) -> Call:
    """Return the request for one account."""
    return Call("GET", f"{_ACCOUNTS}/{account_id}?accountId={account_id}")
