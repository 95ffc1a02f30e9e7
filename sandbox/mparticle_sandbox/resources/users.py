"""Users, the people with access to the dashboard: `/v1/users`."""

from random import Random
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.core.catalog import FIRST_ACCOUNT_ID, Catalog, Size
from mparticle_sandbox.resources.resource import Resource
from mparticle_sandbox.seed import company
from mparticle_sandbox.web.lists import LIST, list_response
from mparticle_sandbox.web.operation import describe
from mparticle_sandbox.web.platform_v1 import ENVELOPE, envelope, for_account, not_found, v1_route
from mparticle_sandbox.web.routing import sandbox_of

_DATA_TYPE = "user"


def path_id(email: str) -> str:
    """Write an email address as mParticle's one example does: percent-encoded, dots too, without the percent signs."""
    return quote(email, safe="").replace(".", "%2E").replace("%", "")


def _seed(catalog: Catalog, size: Size, _random: Random) -> None:
    for index in range(size.users):
        turn, position = divmod(index, len(company.PEOPLE))
        first, last = company.FULL_NAMES[position]
        # The first ones are those who made audiences, calculated attributes and data plans.
        email = company.email(f"{company.PEOPLE[position]}{turn + 1 if turn else ''}")
        user = {"first_name": first, "last_name": last, "email": email, "data_type": _DATA_TYPE}
        catalog["users"].put(path_id(email), user, ("account", FIRST_ACCOUNT_ID))


@describe("Return the people with access to the account.", {200: LIST})
async def _list(request: Request, account_id: int) -> Response:
    items = sandbox_of(request).catalog["users"].text(("account", account_id))
    return list_response(request, items, _DATA_TYPE, documented="wrapped")


@describe("Return one person with access, by encoded address.", {200: ENVELOPE})
async def _one(request: Request, account_id: int) -> Response:
    encoded = request.path_params["encoded"]
    user = sandbox_of(request).catalog["users"].find(encoded, ("account", account_id))
    if user is None:
        raise not_found("user", encoded)
    return envelope([user], _DATA_TYPE)


USERS = Resource(
    name="users",
    seed=_seed,
    routes=(
        v1_route("/users", _DATA_TYPE, GET=for_account(_list)),
        v1_route("/users/{encoded}", _DATA_TYPE, GET=for_account(_one)),
    ),
)
