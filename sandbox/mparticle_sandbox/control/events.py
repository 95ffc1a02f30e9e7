"""`/_sandbox/events/...`: what the Events API accepted, and what happened to the rest."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.control.routes import control_route, unprocessable
from mparticle_sandbox.core.events_api.batch_store import StoredBatch
from mparticle_sandbox.core.events_api.report import EventsReport
from mparticle_sandbox.web.json_schemas import COUNT, TEXT, dataclass_schema, record
from mparticle_sandbox.web.operation import Query, Schema, describe
from mparticle_sandbox.web.responses import ApiError, json_response, json_text_response
from mparticle_sandbox.web.routing import sandbox_of

_DEFAULT_LIMIT = 100
_MOST_DIGITS = 18
_LIMIT = Query("limit", {**COUNT, "default": _DEFAULT_LIMIT}, "How many batches to return.")
_OFFSET = Query("offset", {**COUNT, "default": 0}, "How many to leave out, counted from the oldest that is kept.")
# What a batch holds is as it was sent.
_STORED: Schema = {"type": "array", "items": record(user=TEXT, endpoint=TEXT, at_ms=COUNT, batch={})}
_USERS: Schema = {"type": "array", "items": record(key=TEXT, batches=COUNT)}
_BATCHES = record(total=COUNT, forgotten=COUNT, batches=_STORED)


@describe(
    "Return accepted batches in order of arrival, each in the text in which it came.",
    {200: _BATCHES},
    422,
    query=(_LIMIT, _OFFSET),
)
async def _batches(request: Request) -> Response:
    ingestion = sandbox_of(request).ingestion
    limit, offset = _whole(request, "limit", _DEFAULT_LIMIT), _whole(request, "offset", 0)
    known = {
        "total": ingestion.report.batches_accepted,
        "forgotten": ingestion.report.batches_accepted - len(ingestion.store),
    }
    return _response(known, ingestion.store.page(offset, limit))


@describe(
    "Return the users of accepted batches.",
    {200: record(users=_USERS)},
)
async def _users(request: Request) -> Response:
    users = sandbox_of(request).ingestion.store.users()
    return json_response({"users": [{"key": key, "batches": count} for key, count in users.items()]})


@describe("Return the batches of one user in order of arrival.", {200: record(key=TEXT, batches=_STORED)}, 404)
async def _user(request: Request) -> Response:
    key = request.path_params["key"]
    batches = sandbox_of(request).ingestion.store.of_user(key)
    if not batches:
        raise ApiError(404, "NOT_FOUND", "No batch of this user is known; /_sandbox/events/users lists the users.")
    return _response({"key": key}, batches)


@describe(
    "Return what became of everything that was sent to the Events API, as counts.",
    {200: dataclass_schema(EventsReport)},
)
async def _report(request: Request) -> Response:
    return json_response(sandbox_of(request).ingestion.report.as_json())


def _response(head: dict[str, Any], batches: list[StoredBatch]) -> Response:
    """Return `head` and the batches, each as the exact text that was sent: no number is parsed and rewritten."""
    entries = ",".join(map(_entry, batches))
    return json_text_response(f'{json.dumps(head)[:-1]},"batches":[{entries}]}}'.encode())


def _entry(batch: StoredBatch) -> str:
    about = json.dumps({"user": batch.user, "endpoint": batch.endpoint, "at_ms": batch.at_ms})
    return f'{about[:-1]},"batch":{batch.text}}}'


def _whole(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise unprocessable(f"{name} must be a whole number of at most {_MOST_DIGITS} digits.")
    return int(text)


EVENTS = (
    control_route("/events/batches", GET=_batches),
    control_route("/events/users", GET=_users),
    control_route("/events/users/{key:path}", GET=_user),
    control_route("/events/report", GET=_report),
)
