"""`/_sandbox/profiles`: the profiles that the Profile API can look up but does not list."""

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.control.routes import control_route
from mparticle_sandbox.core.catalog import FIRST_ACCOUNT_ID
from mparticle_sandbox.core.collection import Entity
from mparticle_sandbox.web.json_schemas import COUNT, TEXT, record
from mparticle_sandbox.web.operation import describe
from mparticle_sandbox.web.responses import json_response
from mparticle_sandbox.web.routing import sandbox_of

_PROFILE = record(mpid={"type": "integer"}, customer_id=TEXT, workspace_id=COUNT)


@describe("Return whom the Profile API knows.", {200: record(profiles={"type": "array", "items": _PROFILE})})
async def _list(request: Request) -> Response:
    catalog = sandbox_of(request).catalog
    workspace_ids = [int(item["id"]) for item in catalog["workspaces"].list(("account", FIRST_ACCOUNT_ID))]
    profiles = [
        {"mpid": profile["mpid"], "customer_id": _customer_id(profile), "workspace_id": workspace_id}
        for workspace_id in workspace_ids
        for profile in catalog["profiles"].list(("workspace", workspace_id))
    ]
    return json_response({"profiles": profiles})


def _customer_id(profile: Entity) -> str:
    identities: list[dict[str, str]] = profile["user_identities"]
    return next(identity["value"] for identity in identities if identity["type"] == "customer_id")


PROFILES = control_route("/profiles", GET=_list)
