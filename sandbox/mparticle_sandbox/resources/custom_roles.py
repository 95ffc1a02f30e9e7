"""Custom roles: `/platform/v2/organizations/{org}/accounts/{id}/roles` and `/tasks`, the same for every account."""

from random import Random

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.core.catalogue import ORGANIZATION, Catalogue, Size
from mparticle_sandbox.resources.resource import Resource
from mparticle_sandbox.seed import names
from mparticle_sandbox.seed.moments import blank_separated, moment
from mparticle_sandbox.seed.role_tasks import ROLES, TASKS
from mparticle_sandbox.web.answers import json_answer
from mparticle_sandbox.web.lists import list_answer
from mparticle_sandbox.web.platform_v2 import account_route
from mparticle_sandbox.web.routing import sandbox_of

# mParticle keeps the roles of an organization as one document, which is replaced as a whole.
_MANIFEST = "manifest"


def _seed(catalogue: Catalogue, _size: Size, random: Random) -> None:
    for task_id in TASKS:
        # mParticle has both texts in its documentation and sends null.
        task = {"task_id": task_id, "display_name": None, "description": None}
        catalogue["role_tasks"].put(task_id, task, ORGANIZATION)
    roles = [
        {"role_id": role_id, "name": name, "description": description, "tasks": [{"task_id": task} for task in tasks]}
        for role_id, name, description, tasks in ROLES
    ]
    manifest = {
        "roles": roles,
        "last_modified_on": blank_separated(moment(random)),
        "last_modified_by": names.email(random.choice(names.PEOPLE)),
    }
    catalogue["custom_roles"].put(_MANIFEST, manifest)


async def _roles(request: Request) -> Response:
    return json_answer(sandbox_of(request).catalogue["custom_roles"].get(_MANIFEST))


async def _tasks(request: Request) -> Response:
    items = sandbox_of(request).catalogue["role_tasks"].text(ORGANIZATION)
    return list_answer(request, items, "task", documented="bare")


CUSTOM_ROLES = Resource(
    name="custom_roles",
    seed=_seed,
    routes=(
        account_route("/roles", api="custom_roles", GET=_roles),
        account_route("/tasks", api="custom_roles", GET=_tasks),
    ),
)
