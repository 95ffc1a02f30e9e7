"""Calculated attributes: `/platform/v2/workspaces/{id}/calculatedattributes`."""

import json
from datetime import timedelta
from random import Random
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.core.catalog import FIRST_ACCOUNT_ID, Catalog, Size
from mparticle_sandbox.core.collection import Entity
from mparticle_sandbox.resources.resource import Resource
from mparticle_sandbox.seed import company
from mparticle_sandbox.seed.attribute_recipes import recipe
from mparticle_sandbox.seed.timestamps import from_naive, naive, random_timestamp, zulu
from mparticle_sandbox.web.json_schemas import OBJECT, TEXT
from mparticle_sandbox.web.lists import LIST, list_response
from mparticle_sandbox.web.operation import Query, describe
from mparticle_sandbox.web.platform_v2 import workspace_route
from mparticle_sandbox.web.responses import ApiError, json_response
from mparticle_sandbox.web.routing import sandbox_of

_OK = 200
_FIRST_ID = 905
_NAME = Query("name", TEXT, "The name to look for.")
_EVERY_NTH_IS_A_DRAFT = 4


def _seed(catalog: Catalog, size: Size, random: Random) -> None:
    next_id = _FIRST_ID
    for workspace in catalog["workspaces"].list(("account", FIRST_ACCOUNT_ID)):
        for index in range(size.calculated_attributes):
            is_draft = index % _EVERY_NTH_IS_A_DRAFT == _EVERY_NTH_IS_A_DRAFT - 1
            attribute = _attribute(next_id, index, random, is_draft)
            scope = ("workspace", int(workspace["id"]))
            catalog["calculated_attributes"].put((scope[1], next_id), attribute, scope)
            next_id += 1


def _attribute(attribute_id: int, index: int, random: Random, is_draft: bool) -> Entity:
    name, description, definition = recipe(index, random)
    created = random_timestamp(random)
    modified = random_timestamp(random, after=created)
    activated = modified + timedelta(minutes=random.randint(1, 600), milliseconds=random.randint(0, 999))
    return {
        "id": attribute_id,
        "name": name,
        "description": description,
        "created_by": company.email(random.choice(company.PEOPLE)),
        "created_on": naive(created),
        "last_modified_on": naive(modified),
        "last_modified_by": company.email(random.choice(company.PEOPLE)),
        "active_definition": None if is_draft else definition,
        "draft_definition": definition if is_draft else None,
        "audience_count": 0 if is_draft else random.randint(0, 5),
        "activated_on": None if is_draft else zulu(activated),
        "activated_by": None if is_draft else company.email(random.choice(company.PEOPLE)),
    }


@describe(
    "Return the calculated attributes of a workspace, or those with one name.",
    {200: LIST},
    query=(_NAME,),
)
async def _list(request: Request, workspace_id: int) -> Response:
    attributes = sandbox_of(request).catalog["calculated_attributes"]
    scope = ("workspace", workspace_id)
    items = attributes.text(scope)
    if "name" in request.query_params:
        named = _named(attributes.list(scope), request.query_params["name"])
        status = sandbox_of(request).settings.statuses.unmatched_name
        if not named and status != _OK:
            raise ApiError(status, "NOT_FOUND", "No calculated attribute of the workspace has this name.")
        items = json.dumps(named).encode()
    return list_response(request, items, "calculated_attribute", documented="bare")


@describe(
    "Say whether a calculated attribute has a name.",
    {204: None, 404: None},
    query=(_NAME,),
)
async def _exists(request: Request, workspace_id: int) -> Response:
    attributes = sandbox_of(request).catalog["calculated_attributes"].list(("workspace", workspace_id))
    return Response(status_code=204 if _named(attributes, request.query_params.get("name", "")) else 404)


def _named(attributes: list[Entity], name: str) -> list[Entity]:
    return [attribute for attribute in attributes if attribute["name"] == name]


@describe("Return one calculated attribute.", {200: OBJECT})
async def _one(request: Request, workspace_id: int) -> Response:
    attribute = _requested(request, workspace_id)
    return json_response(
        {
            **attribute,
            "created_on": _with_zone(attribute["created_on"]),
            "last_modified_on": _with_zone(attribute["last_modified_on"]),
            "active_definition": _with_data_point(attribute["active_definition"]),
            "draft_definition": _with_data_point(attribute["draft_definition"]),
        }
    )


def _with_zone(text: str) -> str:
    """Write a naive timestamp as the single entity shows it: three fraction digits and `Z`."""
    return zulu(from_naive(text))


def _with_data_point(definition: dict[str, Any] | None) -> dict[str, Any] | None:
    """Spell the key `datapoint` of the list as the single entity does: `data_point`."""
    if definition is None:
        return None
    return {"data_point" if key == "datapoint" else key: value for key, value in definition.items()}


@describe("Return whether and by whom a calculated attribute was activated.", {200: OBJECT})
async def _activation(request: Request, workspace_id: int) -> Response:
    attribute = _requested(request, workspace_id)
    status = sandbox_of(request).settings.statuses.never_activated
    if attribute["active_definition"] is None and status != _OK:
        raise ApiError(status, "NOT_FOUND", "The calculated attribute was never activated.")
    return json_response(
        {
            "calculated_attribute_id": attribute["id"],
            "is_active": attribute["active_definition"] is not None,
            "activated_on": attribute["activated_on"],
            "activated_by": attribute["activated_by"],
        }
    )


@describe("Return how far a calculated attribute is calculated.", {200: OBJECT})
async def _calculation(request: Request, workspace_id: int) -> Response:
    attribute = _requested(request, workspace_id)
    is_active = attribute["active_definition"] is not None
    return json_response(
        {
            "id": attribute["id"],
            "name": attribute["name"],
            "revision_id": 1,
            "is_calculated": is_active,
            "calculation_percent_complete": 100 if is_active else 0,
            "estimated_completion_time": attribute["activated_on"],
        }
    )


def _requested(request: Request, workspace_id: int) -> Entity:
    attribute_id = request.path_params["attribute_id"]
    attribute = sandbox_of(request).catalog["calculated_attributes"].get((workspace_id, attribute_id))
    if attribute is None:
        raise ApiError(404, "NOT_FOUND", f"The calculated attribute {attribute_id} does not exist in this workspace.")
    return attribute


_ONE = "/calculatedattributes/{attribute_id:id}"

CALCULATED_ATTRIBUTES = Resource(
    name="calculated_attributes",
    seed=_seed,
    routes=(
        workspace_route("/calculatedattributes", GET=_list, HEAD=_exists),
        workspace_route(_ONE, GET=_one),
        workspace_route(f"{_ONE}/activation", GET=_activation),
        workspace_route(f"{_ONE}/calculation", GET=_calculation),
    ),
)
