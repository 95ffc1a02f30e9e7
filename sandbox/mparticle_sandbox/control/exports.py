"""`/_sandbox/exports`: what is written to storage as mParticle writes it, and writing it now."""

from collections.abc import Iterable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.control.routes import control_route, read_strict_json, unprocessable
from mparticle_sandbox.core.audience_members import entrances
from mparticle_sandbox.core.catalog import FIRST_ACCOUNT_ID
from mparticle_sandbox.core.collection import Entity
from mparticle_sandbox.core.exports.audience_changes import (
    CHANGE_SCHEMA,
    AudienceChange,
    AudienceChangesError,
    read_changes,
)
from mparticle_sandbox.core.exports.queue import LATE, ORDINARY, REDELIVERED
from mparticle_sandbox.exports.exporter import Exporter
from mparticle_sandbox.exports.storage import StorageError
from mparticle_sandbox.web.json_schemas import COUNT, TEXT, record
from mparticle_sandbox.web.operation import Schema, describe
from mparticle_sandbox.web.responses import ApiError, json_response
from mparticle_sandbox.web.routing import sandbox_of

_PATHS: Schema = {"type": "array", "items": TEXT}
_REPORT = record(
    batches=COUNT,
    lines=record(**dict.fromkeys((ORDINARY, REDELIVERED, LATE), COUNT)),
    waiting_lines=COUNT,
    waiting_files=COUNT,
    written_files=COUNT,
    files=_PATHS,
    failure={"type": ["string", "null"]},
)
_CHANGES: Schema = {
    "type": "object",
    "properties": {"audience_id": COUNT, "changes": {"type": "array", "items": CHANGE_SCHEMA, "minItems": 1}},
    "dependentRequired": {"audience_id": ["changes"], "changes": ["audience_id"]},
    "additionalProperties": False,
}


@describe("Return what was written to storage, and what waits to be.", {200: _REPORT}, 409)
async def _report(request: Request) -> Response:
    return json_response(_exporter(request).report())


@describe("Write all that waits, and return the paths of the files.", {200: record(files=_PATHS)}, 409, 503)
async def _flush(request: Request) -> Response:
    exporter = _exporter(request)
    exporter.collect(sandbox_of(request).clock(), everything=True)
    return await _written(exporter)


@describe(
    "Write the given changes of an audience, or without any the members of all audiences, and return the paths.",
    {200: record(files=_PATHS)},
    400,
    404,
    409,
    422,
    503,
    body=_CHANGES,
)
async def _audiences(request: Request) -> Response:
    exporter = _exporter(request)
    changed = _changed(request, await read_strict_json(request) if await request.body() else {})
    exporter.collect_audiences(changed, sandbox_of(request).clock())
    return await _written(exporter)


def _changed(request: Request, content: Any) -> Iterable[tuple[Entity, list[AudienceChange]]]:
    catalog = sandbox_of(request).catalog
    if content == {}:
        return entrances(catalog)
    if not isinstance(content, dict) or content.keys() != {"audience_id", "changes"}:
        raise unprocessable("The body must be an object with audience_id and changes, or empty for all members.")
    try:
        changes = read_changes(content["changes"])
    except AudienceChangesError as error:
        raise unprocessable(str(error)) from error
    audience_id = content["audience_id"]
    if type(audience_id) is not int:
        raise unprocessable("audience_id must be a whole number.")
    audience = catalog["audiences"].find(audience_id, ("account", FIRST_ACCOUNT_ID))
    if audience is None:
        raise ApiError(404, "NOT_FOUND", "No audience has this id; /v1/audiences lists them.")
    return [(audience, changes)]


async def _written(exporter: Exporter) -> Response:
    try:
        paths = await run_in_threadpool(exporter.write)
    except StorageError as error:
        raise ApiError(503, "UNAVAILABLE", str(error)) from error
    return json_response({"files": paths})


def _exporter(request: Request) -> Exporter:
    exporter = sandbox_of(request).exporter
    if exporter is None:
        raise ApiError(409, "CONFLICT", "This sandbox writes no exports: start it with --export-to FOLDER_OR_URL.")
    return exporter


EXPORTS = (
    control_route("/exports", GET=_report),
    control_route("/exports/flush", POST=_flush),
    control_route("/exports/audiences", POST=_audiences),
)
