"""Data plans: `/platform/v2/workspaces/{id}/plans`, with their versions nested."""

from datetime import datetime
from random import Random

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.core.catalog import FIRST_ACCOUNT_ID, Catalog, Size
from mparticle_sandbox.core.collection import Entity
from mparticle_sandbox.core.options import CLIENT_ID
from mparticle_sandbox.resources.resource import Resource
from mparticle_sandbox.seed import company
from mparticle_sandbox.seed.plan_documents import MOST_POINTS, plan_document
from mparticle_sandbox.seed.timestamps import naive, random_timestamp
from mparticle_sandbox.web.json_schemas import OBJECT
from mparticle_sandbox.web.lists import LIST, list_response
from mparticle_sandbox.web.operation import describe
from mparticle_sandbox.web.platform_v2 import workspace_route
from mparticle_sandbox.web.responses import ApiError, json_response
from mparticle_sandbox.web.routing import sandbox_of

_PLANS = (
    ("Shop plan", "What the shop sends"),
    ("Trips plan", "What the booking pages send"),
    ("Loyalty plan", "What the loyalty programme sends"),
    ("In-store plan", "What the tills send"),
)
_CLIENT = f"client_id:{CLIENT_ID}"


def _seed(catalog: Catalog, size: Size, random: Random) -> None:
    for workspace in catalog["workspaces"].list(("account", FIRST_ACCOUNT_ID)):
        workspace_id = int(workspace["id"])
        for index in range(size.data_plans):
            plan = _plan(index, random)
            key = (workspace_id, plan["data_plan_id"])
            catalog["data_plans"].put(key, plan, ("workspace", workspace_id))
            for version in plan["data_plan_versions"]:
                document = plan_document(random.randint(MOST_POINTS // 2, MOST_POINTS))
                catalog["data_plan_documents"].put((*key, version["version"]), document)


def _plan(index: int, random: Random) -> Entity:
    """Return a plan as the list shows it. Plans have the same ids in every workspace, as where they are promoted."""
    _, description = _PLANS[index % len(_PLANS)]
    name = company.cycled(tuple(name for name, _ in _PLANS), index)
    plan_id = company.slug(name)
    created = random_timestamp(random)
    # The first plan has a version in production and a draft, the second one version, and so on alternately.
    count = 1 + (index + 1) % 2
    return {
        "data_plan_id": plan_id,
        "data_plan_name": name,
        "data_plan_description": description,
        "data_plan_versions": _versions(plan_id, count, created, random),
        **_history(created, random, is_modified=count > 1),
    }


def _versions(plan_id: str, count: int, after: datetime, random: Random) -> list[Entity]:
    """Return the versions of a plan, each made after the one before; the last of several is a draft."""
    versions = []
    for number in range(1, count + 1):
        after = random_timestamp(random, after=after)
        versions.append(_version(plan_id, number, after, random, is_draft=number == count > 1))
    return versions


def _version(plan_id: str, number: int, created: datetime, random: Random, is_draft: bool) -> Entity:
    return {
        "version": number,
        "data_plan_id": plan_id,
        **({} if is_draft else {"version_description": f"Release {number}"}),
        "activated_environment": "none" if is_draft else random.choice(("production", "development")),
        **_history(created, random, is_modified=not is_draft),
        "quarantine_feed_id": None,
    }


def _history(created: datetime, random: Random, is_modified: bool) -> Entity:
    """Return who created and modified something, and when; mParticle leaves out what never happened."""
    history = {"created_on": naive(created), "created_by": _author(random)}
    if is_modified:
        history["last_modified_on"] = naive(random_timestamp(random, after=created))
        history["last_modified_by"] = _author(random)
    return history


def _author(random: Random) -> str:
    return random.choice((*map(company.email, company.PEOPLE), _CLIENT))


@describe("Return the data plans of a workspace, their versions without documents.", {200: LIST})
async def _list(request: Request, workspace_id: int) -> Response:
    items = sandbox_of(request).catalog["data_plans"].text(("workspace", workspace_id))
    return list_response(request, items, "data_plan", documented="bare")


@describe("Return one data plan with the documents of its versions.", {200: OBJECT})
async def _one(request: Request, workspace_id: int) -> Response:
    plan = _requested(request, workspace_id)
    versions = [_with_document(request, workspace_id, version) for version in plan["data_plan_versions"]]
    return json_response({**plan, "data_plan_versions": versions})


@describe("Return one version of a data plan.", {200: OBJECT})
async def _one_version(request: Request, workspace_id: int) -> Response:
    plan = _requested(request, workspace_id)
    number = request.path_params["version"]
    for version in plan["data_plan_versions"]:
        if version["version"] == number:
            return json_response(_with_document(request, workspace_id, version))
    raise ApiError(404, "NOT_FOUND", f"The data plan {plan['data_plan_id']} has no version {number}.")


def _requested(request: Request, workspace_id: int) -> Entity:
    plan_id = request.path_params["plan_id"]
    plan = sandbox_of(request).catalog["data_plans"].get((workspace_id, plan_id))
    if plan is None:
        raise ApiError(404, "NOT_FOUND", f"The data plan {plan_id} does not exist in this workspace.")
    return plan


def _with_document(request: Request, workspace_id: int, version: Entity) -> Entity:
    key = (workspace_id, version["data_plan_id"], version["version"])
    return {**version, "version_document": sandbox_of(request).catalog["data_plan_documents"].get(key)}


DATA_PLANS = Resource(
    name="data_plans",
    seed=_seed,
    routes=(
        workspace_route("/plans", api="data_planning", GET=_list),
        workspace_route("/plans/{plan_id}", api="data_planning", GET=_one),
        workspace_route("/plans/{plan_id}/versions/{version:id}", api="data_planning", GET=_one_version),
    ),
)
