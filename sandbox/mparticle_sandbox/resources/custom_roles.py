"""Custom roles: `/platform/v2/organizations/{org}/accounts/{id}/roles` and `/tasks`, the same for every account."""

from random import Random

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.core.catalog import ORGANIZATION, Catalog, Size
from mparticle_sandbox.resources.resource import Resource
from mparticle_sandbox.seed import company
from mparticle_sandbox.seed.timestamps import blank_separated, random_timestamp
from mparticle_sandbox.web.json_schemas import OBJECT
from mparticle_sandbox.web.lists import LIST, list_response
from mparticle_sandbox.web.operation import describe
from mparticle_sandbox.web.platform_v2 import account_route
from mparticle_sandbox.web.responses import json_response
from mparticle_sandbox.web.routing import sandbox_of

# mParticle keeps the roles of an organization as one document, which is replaced as a whole.
_MANIFEST = "manifest"

_TASKS = (
    "user:core", "audiences:view", "audiences:edit", "audiences:activate", "calculated_attributes:view",
    "calculated_attributes:edit", "connections:view", "connections:*", "data_plans:view", "data_plans:edit",
    "user_activity:view", "users:manage",
)  # fmt: skip

# role id, name, description, tasks
_ROLES = (
    ("marketing-analyst", "Marketing Analyst", "Looks at audiences and attributes",
     ("user:core", "audiences:view", "calculated_attributes:view")),
    ("audience-manager", "Audience Manager", "Builds audiences and sends them out",
     ("user:core", "audiences:view", "audiences:edit", "audiences:activate", "connections:view")),
    ("data-steward", "Data Steward", "Keeps the data plans",
     ("user:core", "data_plans:view", "data_plans:edit", "user_activity:view")),
)  # fmt: skip


def _seed(catalog: Catalog, _size: Size, random: Random) -> None:
    for task_id in _TASKS:
        # mParticle has both texts in its documentation and sends null.
        task = {"task_id": task_id, "display_name": None, "description": None}
        catalog["role_tasks"].put(task_id, task, ORGANIZATION)
    roles = [
        {"role_id": role_id, "name": name, "description": description, "tasks": [{"task_id": task} for task in tasks]}
        for role_id, name, description, tasks in _ROLES
    ]
    manifest = {
        "roles": roles,
        "last_modified_on": blank_separated(random_timestamp(random)),
        "last_modified_by": company.email(random.choice(company.PEOPLE)),
    }
    catalog["custom_roles"].put(_MANIFEST, manifest)


@describe("Return the custom roles of the organization as one document.", {200: OBJECT})
async def _roles(request: Request) -> Response:
    return json_response(sandbox_of(request).catalog["custom_roles"].get(_MANIFEST))


@describe("Return the tasks that roles are made of.", {200: LIST})
async def _tasks(request: Request) -> Response:
    items = sandbox_of(request).catalog["role_tasks"].text(ORGANIZATION)
    return list_response(request, items, "task", documented="bare")


CUSTOM_ROLES = Resource(
    name="custom_roles",
    seed=_seed,
    routes=(
        account_route("/roles", api="custom_roles", GET=_roles),
        account_route("/tasks", api="custom_roles", GET=_tasks),
    ),
)
