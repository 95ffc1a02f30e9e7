"""The Bulk Profile Deletion API: `POST /userprofile/bulkdelete`, with the key pair of an input."""

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.core.catalog import FIRST_WORKSPACE_ID
from mparticle_sandbox.core.collection import Entity
from mparticle_sandbox.core.deletions import DELETION_SCHEMA, Deletion, DeletionError, read_deletions
from mparticle_sandbox.core.profile_search import SEEDED_ENVIRONMENT, profile_with, workspace_scope
from mparticle_sandbox.state import Sandbox
from mparticle_sandbox.web.auth import require_input_key
from mparticle_sandbox.web.input_api import bad_request, input_route
from mparticle_sandbox.web.operation import Schema, describe
from mparticle_sandbox.web.responses import ApiError, read_json
from mparticle_sandbox.web.routing import sandbox_of

# Every input of the sandbox is of this workspace.
_WORKSPACE_ID = FIRST_WORKSPACE_ID


_DELETIONS: Schema = {"type": "array", "items": DELETION_SCHEMA}


@describe("Delete profiles, each found by MPID or by all of its identities.", {202: None}, 400, body=_DELETIONS)
async def _receive(request: Request) -> Response:
    log = sandbox_of(request).deletions
    log.requests += 1
    try:
        await _delete(request)
    except ApiError as error:
        log.refused[str(error.status)] += 1
        raise
    return Response(status_code=202)


async def _delete(request: Request) -> None:
    sandbox = sandbox_of(request)
    require_input_key(request)
    content = await read_json(request)
    try:
        deletions = read_deletions(content, sandbox.settings.deletions_per_request)
    except DeletionError as error:
        raise bad_request(str(error)) from error
    at_ms = int(sandbox.clock() * 1000)
    for asked, deletion in zip(content, deletions, strict=True):
        profile = _found(sandbox, deletion)
        if profile is not None:
            sandbox.catalog["profiles"].remove(profile["mpid"])
        sandbox.deletions.add(asked, None if profile is None else profile["mpid"], at_ms)


def _found(sandbox: Sandbox, deletion: Deletion) -> Entity | None:
    if deletion.mpid is None:
        return profile_with(sandbox.catalog, _WORKSPACE_ID, deletion.environment, deletion.identities)
    if deletion.environment != SEEDED_ENVIRONMENT:
        return None
    return sandbox.catalog["profiles"].find(deletion.mpid, workspace_scope(_WORKSPACE_ID))


BULK_DELETE = input_route("/userprofile/bulkdelete", _receive)
