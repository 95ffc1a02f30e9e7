"""Accounts: `/v1/accounts`, the only resource that clients can change."""

from datetime import datetime, timezone
from random import Random
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.core.catalog import FIRST_ACCOUNT_ID, ORGANIZATION, Catalog, Size
from mparticle_sandbox.core.collection import Collection, Entity
from mparticle_sandbox.resources.resource import Resource
from mparticle_sandbox.seed import company
from mparticle_sandbox.seed.timestamps import naive, random_timestamp
from mparticle_sandbox.web.json_schemas import TEXT, open_record
from mparticle_sandbox.web.lists import LIST, list_response
from mparticle_sandbox.web.operation import describe
from mparticle_sandbox.web.platform_v1 import ENVELOPE, entity_id, envelope, for_account, not_found, v1_route
from mparticle_sandbox.web.responses import ApiError, read_json
from mparticle_sandbox.web.routing import sandbox_of

_DATA_TYPE = "account"
_NAMED = open_record(name={**TEXT, "pattern": r"\S"})


def _seed(catalog: Catalog, size: Size, random: Random) -> None:
    for index in range(size.accounts):
        created = random_timestamp(random)
        modified = random_timestamp(random, after=created)
        account = _account(FIRST_ACCOUNT_ID + index, company.cycled(company.ACCOUNTS, index), created, modified)
        catalog["accounts"].put(account["id"], account, ORGANIZATION)


def _account(account_id: int, name: str, created: datetime, modified: datetime) -> Entity:
    return {
        "name": name,
        "last_modified_on": naive(modified),
        "data_type": _DATA_TYPE,
        "id": account_id,
        "created_on": naive(created),
    }


@describe("Return the accounts of the organization.", {200: LIST})
async def _list(request: Request, _account_id: int) -> Response:
    return list_response(request, _accounts(request).text(ORGANIZATION), _DATA_TYPE, documented="wrapped")


@describe("Create an account.", {201: ENVELOPE}, 400, 422, body=_NAMED)
async def _create(request: Request) -> Response:
    accounts = _accounts(request)
    name = _free_name(accounts, await read_json(request))
    created = _now(request)
    account = _account(1 + max(account["id"] for account in accounts.list(ORGANIZATION)), name, created, created)
    accounts.put(account["id"], account, ORGANIZATION)
    return envelope([account], _DATA_TYPE, 201)


@describe("Return one account, which must be that of `accountId`.", {200: ENVELOPE})
async def _one(request: Request, account_id: int) -> Response:
    return envelope([_named_account(request, account_id)], _DATA_TYPE)


@describe("Rename an account.", {202: ENVELOPE}, 400, 422, body=_NAMED)
async def _update(request: Request, account_id: int) -> Response:
    account = _named_account(request, account_id)
    accounts = _accounts(request)
    name = _free_name(accounts, await read_json(request), renamed_id=account_id)
    changed = {**account, "name": name, "last_modified_on": naive(_now(request))}
    accounts.put(account_id, changed, ORGANIZATION)
    return envelope([changed], _DATA_TYPE, 202)


@describe("Delete an account that has no applications.", {202: ENVELOPE}, 422)
async def _delete(request: Request, account_id: int) -> Response:
    account = _named_account(request, account_id)
    if sandbox_of(request).catalog["apps"].list(("account", account_id)):
        raise _business_rule("The account still has applications; delete them first.")
    _accounts(request).remove(account_id)
    return envelope([account], _DATA_TYPE, 202)


def _accounts(request: Request) -> Collection:
    return sandbox_of(request).catalog["accounts"]


def _named_account(request: Request, account_id: int) -> Entity:
    """Return the account of the path, which must be that of the query; without an id in the path, that of the query."""
    text = request.path_params.get("account_id", str(account_id))
    account = _accounts(request).get(account_id)
    if account is None or entity_id(text) != account_id:
        raise not_found("account", text)
    return account


def _free_name(accounts: Collection, content: Any, renamed_id: int | None = None) -> str:
    name = content.get("name") if isinstance(content, dict) else None
    if not isinstance(name, str) or not name.strip():
        raise _business_rule("An account needs a name.")
    if any(other["name"] == name and other["id"] != renamed_id for other in accounts.list(ORGANIZATION)):
        raise _business_rule("Another account of the organization already has this name.")
    return name


def _business_rule(message: str) -> ApiError:
    return ApiError(422, "VALIDATION_ERROR", message)


def _now(request: Request) -> datetime:
    return datetime.fromtimestamp(sandbox_of(request).clock(), timezone.utc)


ACCOUNTS = Resource(
    name="accounts",
    seed=_seed,
    routes=(
        v1_route("/accounts", _DATA_TYPE, GET=for_account(_list), POST=_create, DELETE=for_account(_delete)),
        v1_route(
            "/accounts/{account_id}",
            _DATA_TYPE,
            GET=for_account(_one),
            PUT=for_account(_update),
            DELETE=for_account(_delete),
        ),
    ),
)
