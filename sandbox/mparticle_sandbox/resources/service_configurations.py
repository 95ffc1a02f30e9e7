"""Configurations of outputs: `/v1/workspace/{id}/{module}/serviceconfigurations`."""

from random import Random

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.core.catalog import FIRST_ACCOUNT_ID, Catalog, Size
from mparticle_sandbox.resources.resource import Resource
from mparticle_sandbox.seed import company
from mparticle_sandbox.seed.timestamps import from_naive, naive, random_timestamp
from mparticle_sandbox.web.json_schemas import list_schema
from mparticle_sandbox.web.lists import FEED_TYPE_KEY, list_response
from mparticle_sandbox.web.operation import describe
from mparticle_sandbox.web.platform_v1 import entity_id, for_account, is_same_service, not_found, v1_route
from mparticle_sandbox.web.routing import sandbox_of

_DATA_TYPE = "Service Configuration"
_FIRST_ID = 30018
_EVERY_NTH_SERVICE = 4


def _scope(workspace_id: int, module: str) -> tuple[str, int]:
    return (f"{module} in workspace", workspace_id)


def _seed(catalog: Catalog, _size: Size, random: Random) -> None:
    account = ("account", FIRST_ACCOUNT_ID)
    modules = [service["name"] for service in catalog["services"].list(account)]
    number = 0
    for position, workspace in enumerate(catalog["workspaces"].list(account)):
        workspace_id = int(workspace["id"])
        for module in modules[position % _EVERY_NTH_SERVICE :: _EVERY_NTH_SERVICE]:
            configuration = {
                "id": _FIRST_ID + number,
                "name": f"{company.slug(module)} {random.choice(('prod', 'eu', 'test'))}",
                "data_type": _DATA_TYPE,
                "created_on": naive(random_timestamp(random, after=from_naive(workspace["created_on"]))),
            }
            scopes = (("workspace", workspace_id), _scope(workspace_id, module))
            catalog["service_configurations"].put(configuration["id"], configuration, *scopes)
            number += 1


@describe("Return the configurations of a service in a workspace.", {200: list_schema(FEED_TYPE_KEY)})
async def _list(request: Request, account_id: int) -> Response:
    catalog = sandbox_of(request).catalog
    text = request.path_params["workspace_id"]
    workspace_id = entity_id(text)
    if catalog["workspaces"].find(workspace_id, ("account", account_id)) is None:
        raise not_found("workspace", text)
    wanted = request.path_params["module"]
    # mParticle's example has a module in lower case that its list of services writes with a capital.
    for service in catalog["services"].list(("account", account_id)):
        if is_same_service(request, service["name"], wanted):
            items = catalog["service_configurations"].text(_scope(workspace_id, service["name"]))
            return list_response(request, items, _DATA_TYPE, documented="wrapped", type_key=FEED_TYPE_KEY)
    raise not_found("service", wanted)


SERVICE_CONFIGURATIONS = Resource(
    name="service_configurations",
    seed=_seed,
    routes=(
        v1_route(
            "/workspace/{workspace_id}/{module}/serviceconfigurations",
            _DATA_TYPE,
            type_key=FEED_TYPE_KEY,
            GET=for_account(_list),
        ),
    ),
)
