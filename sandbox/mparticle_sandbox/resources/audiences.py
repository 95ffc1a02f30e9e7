"""Audiences: `/v1/audiences` for an account, `/v1/workspace/{id}/audiences` for the single-workspace ones."""

from random import Random

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.core.catalog import FIRST_ACCOUNT_ID, Catalog, Size
from mparticle_sandbox.core.collection import Entity
from mparticle_sandbox.resources.resource import Resource
from mparticle_sandbox.seed import company
from mparticle_sandbox.seed.timestamps import naive, random_timestamp
from mparticle_sandbox.web.lists import LIST, list_response
from mparticle_sandbox.web.operation import describe
from mparticle_sandbox.web.platform_v1 import ENVELOPE, entity_id, envelope, for_account, not_found, v1_route
from mparticle_sandbox.web.routing import sandbox_of

_DATA_TYPE = "audience"
_FIRST_ID = 9140
_EVERY_NTH_SPANS_WORKSPACES = 6
_WIDEST_SPAN = 4
_MOST_OUTPUTS = 3


def _seed(catalog: Catalog, size: Size, random: Random) -> None:
    workspaces = [_as_member(workspace) for workspace in catalog["workspaces"].list(("account", FIRST_ACCOUNT_ID))]
    if not workspaces:
        return
    audience_names = company.AudienceNames(random)
    outputs = [_output(provider, random) for provider in company.OUTPUTS]
    widest = min(_WIDEST_SPAN, len(workspaces))
    for index in range(size.audiences):
        spans = widest > 1 and index % _EVERY_NTH_SPANS_WORKSPACES == _EVERY_NTH_SPANS_WORKSPACES - 1
        homes = random.sample(workspaces, random.randint(2, widest) if spans else 1)
        connected = random.sample(outputs, random.randint(0, _MOST_OUTPUTS))
        audience = _audience(_FIRST_ID + index, audience_names.next(), homes, connected, random)
        scopes = [("account", FIRST_ACCOUNT_ID)]
        if not spans:
            scopes.append(("workspace", homes[0]["id"]))
        catalog["audiences"].put(audience["id"], audience, *scopes)


def _as_member(workspace: Entity) -> Entity:
    """Return a workspace as audiences show it: with a number as its id."""
    return {
        "name": workspace["name"],
        "id": int(workspace["id"]),
        "data_type": workspace["data_type"],
        "created_on": workspace["created_on"],
    }


def _audience(audience_id: int, name: str, workspaces: list[Entity], outputs: list[Entity], random: Random) -> Entity:
    is_calculated = random.random() < 0.9  # noqa: PLR2004 - one in ten is still being calculated
    size = int(random.lognormvariate(8, 1.6)) if is_calculated else 0
    return {
        "name": name,
        "external_name": company.slug(name),
        "size": size,
        "created_by": random.choice(company.PEOPLE),
        "last_modified_by": random.choice(company.PEOPLE),
        "last_modified_on": naive(random_timestamp(random)),
        "is_calculated": is_calculated,
        "added_last_24_hours": random.randint(0, size // 50),
        "dropped_last_24_hours": random.randint(0, size // 80),
        "status": "active",
        "workspaces": workspaces,
        "connected_outputs": outputs,
        "data_type": _DATA_TYPE,
        "id": audience_id,
    }


def _output(provider: str, random: Random) -> Entity:
    chosen = random.sample(company.OUTPUT_CONFIGURATIONS, random.randint(1, 2))
    return {
        "provider_name": provider,
        "configurations": [{"name": name} for name in chosen],
        "data_type": "audience_output",
    }


@describe("Return the audiences of the account.", {200: LIST})
async def _list(request: Request, account_id: int) -> Response:
    items = sandbox_of(request).catalog["audiences"].text(("account", account_id))
    return list_response(request, items, _DATA_TYPE, documented="bare")


@describe("Return the audiences of a workspace.", {200: LIST})
async def _list_of_workspace(request: Request, account_id: int) -> Response:
    catalog = sandbox_of(request).catalog
    text = request.path_params["workspace_id"]
    workspace_id = entity_id(text)
    if catalog["workspaces"].find(workspace_id, ("account", account_id)) is None:
        raise not_found("workspace", text)
    return list_response(request, catalog["audiences"].text(("workspace", workspace_id)), _DATA_TYPE, documented="bare")


@describe("Delete an audience.", {202: ENVELOPE})
async def _delete(request: Request, account_id: int) -> Response:
    audiences = sandbox_of(request).catalog["audiences"]
    text = request.path_params["audience_id"]
    audience = audiences.find(entity_id(text), ("account", account_id))
    if audience is None:
        raise not_found("audience", text)
    audiences.remove(audience["id"])
    return envelope([], _DATA_TYPE, 202)


AUDIENCES = Resource(
    name="audiences",
    seed=_seed,
    routes=(
        v1_route("/audiences", _DATA_TYPE, GET=for_account(_list)),
        v1_route("/audiences/{audience_id}", _DATA_TYPE, DELETE=for_account(_delete)),
        v1_route("/workspace/{workspace_id}/audiences", _DATA_TYPE, GET=for_account(_list_of_workspace)),
    ),
)
