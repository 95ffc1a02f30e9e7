"""Workspaces: `/v1/workspace`. The first account owns them all."""

from random import Random

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.core.catalog import FIRST_ACCOUNT_ID, FIRST_WORKSPACE_ID, Catalog, Size
from mparticle_sandbox.resources.resource import Resource
from mparticle_sandbox.seed import company
from mparticle_sandbox.seed.timestamps import naive_seconds, random_timestamp
from mparticle_sandbox.web.lists import LIST, list_response
from mparticle_sandbox.web.operation import describe
from mparticle_sandbox.web.platform_v1 import for_account, v1_route
from mparticle_sandbox.web.routing import sandbox_of

_DATA_TYPE = "workspace"


def _seed(catalog: Catalog, size: Size, random: Random) -> None:
    for index in range(size.workspaces):
        workspace_id = FIRST_WORKSPACE_ID + index
        line, environment = divmod(index, len(company.ENVIRONMENTS))
        workspace = {
            # mParticle documents this id as text here, and as a number inside audiences.
            "id": str(workspace_id),
            "name": f"{company.cycled(company.WORKSPACES, line)} {company.ENVIRONMENTS[environment]}",
            "data_type": _DATA_TYPE,
            "created_on": naive_seconds(random_timestamp(random)),
        }
        catalog["workspaces"].put(workspace_id, workspace, ("account", FIRST_ACCOUNT_ID))


@describe("Return the workspaces of the account.", {200: LIST})
async def _list(request: Request, account_id: int) -> Response:
    items = sandbox_of(request).catalog["workspaces"].text(("account", account_id))
    return list_response(request, items, _DATA_TYPE, documented="wrapped")


WORKSPACES = Resource(
    name="workspaces",
    seed=_seed,
    routes=(v1_route("/workspace", _DATA_TYPE, GET=for_account(_list)),),
)
