"""The requests of the Platform API's accounts, as mParticle documents them.

Every request names an account in the query parameter `accountId`, except the creation, which is the only one documented
without it. The deletion is documented with the id in the query alone, where other resources have it in the path.
"""

from typing import Final

import orjson

from destination_mparticle.http.call import Call
from destination_mparticle.objects.account import AccountOperation
from destination_mparticle.objects.operations import APPEND, UPDATE

_ACCOUNTS: Final = "/v1/accounts"


def call_of(operation: AccountOperation) -> Call:
    """Return the request that carries an operation out."""
    if operation.kind == APPEND:
        return Call("POST", _ACCOUNTS, _body(operation))
    of_account = f"?accountId={operation.account_id}"
    if operation.kind == UPDATE:
        return Call("PUT", f"{_ACCOUNTS}/{operation.account_id}{of_account}", _body(operation))
    return Call("DELETE", f"{_ACCOUNTS}{of_account}")


def list_accounts(account_id: str) -> Call:
    """Return the request for all accounts of the organization that an account belongs to."""
    return Call("GET", f"{_ACCOUNTS}?accountId={account_id}")


def get_account(account_id: str) -> Call:
    """Return the request for one account."""
    return Call("GET", f"{_ACCOUNTS}/{account_id}?accountId={account_id}")


def _body(operation: AccountOperation) -> bytes:
    return orjson.dumps({"name": operation.name})
