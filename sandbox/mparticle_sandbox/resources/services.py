"""Services, the catalog of integrations: `/v1/services`."""

from random import Random

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.core.catalog import FIRST_ACCOUNT_ID, Catalog, Size
from mparticle_sandbox.resources.resource import Resource
from mparticle_sandbox.seed import company, integrations
from mparticle_sandbox.web.lists import LIST, list_response
from mparticle_sandbox.web.operation import describe
from mparticle_sandbox.web.platform_v1 import ENVELOPE, envelope, for_account, not_found, v1_route
from mparticle_sandbox.web.routing import sandbox_of

_DATA_TYPE = "service"
_SETTINGS = (
    ("apiKey", "String", "The key of the account there"),
    ("useCustomerId", "Bool", "Whether to forward the customer id"),
    ("customDimensions", "Custom", "Which attributes become dimensions"),
)


def _seed(catalog: Catalog, size: Size, random: Random) -> None:
    for index in range(size.services):
        name = company.cycled(integrations.SERVICES, index).replace(" ", "")
        settings = [
            {"is_required": random.random() < 0.5, "name": setting, "description": description, "type": kind}  # noqa: PLR2004
            for setting, kind, description in _SETTINGS[: random.randint(1, len(_SETTINGS))]
        ]
        service = {"name": name, "settings": settings, "data_type": _DATA_TYPE}
        catalog["services"].put(name, service, ("account", FIRST_ACCOUNT_ID))


@describe("Return the services that the account can send data to.", {200: LIST})
async def _list(request: Request, account_id: int) -> Response:
    items = sandbox_of(request).catalog["services"].text(("account", account_id))
    return list_response(request, items, _DATA_TYPE, documented="wrapped")


@describe("Return one service.", {200: ENVELOPE})
async def _one(request: Request, account_id: int) -> Response:
    name = request.path_params["name"]
    service = sandbox_of(request).catalog["services"].find(name, ("account", account_id))
    if service is None:
        raise not_found("service", name)
    return envelope([service], _DATA_TYPE)


SERVICES = Resource(
    name="services",
    seed=_seed,
    routes=(
        v1_route("/services", _DATA_TYPE, GET=for_account(_list)),
        v1_route("/services/{name}", _DATA_TYPE, GET=for_account(_one)),
    ),
)
