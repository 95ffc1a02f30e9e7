"""The Events API: `/v2/events`, `/v2/bulkevents`, `/v2/bulkevents/historical`."""

import logging

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.core.events_api.batch_text import BodyError, SentBatch, many_batches, one_batch
from mparticle_sandbox.core.events_api.error_message import error_message
from mparticle_sandbox.core.events_api.facts import limits
from mparticle_sandbox.core.events_api.ingestion import BULK, EVENTS, HISTORICAL, Refused
from mparticle_sandbox.exports.storage import StorageError
from mparticle_sandbox.web.auth import require_input_key
from mparticle_sandbox.web.input_api import bad_request, input_route
from mparticle_sandbox.web.json_schemas import OBJECT
from mparticle_sandbox.web.operation import Schema, describe
from mparticle_sandbox.web.responses import ApiError, json_response
from mparticle_sandbox.web.routing import ApiRoute, sandbox_of

_ACCEPTED = 202
_BAD_REQUEST = 400
_BATCHES: Schema = {"type": "array", "items": OBJECT, "maxItems": limits.BATCHES_PER_REQUEST}
_SUMMARIES = {
    EVENTS: "Take one batch.",
    BULK: "Take batches of any users. Errors in a response with 202 are those of single batches that are refused.",
    HISTORICAL: "Take batches of old events. What is too recent is neither processed nor refused.",
}


def _events_route(endpoint: str) -> ApiRoute:
    @describe(_SUMMARIES[endpoint], {202: None}, 413, 429, body=OBJECT if endpoint == EVENTS else _BATCHES)
    async def receive(request: Request) -> Response:
        report = sandbox_of(request).ingestion.report
        report.requests += 1
        report.requests_by_endpoint[endpoint] += 1
        try:
            response = await _receive(request, endpoint)
        except ApiError as error:
            report.refused[str(error.status)] += 1
            raise
        if response.status_code != _ACCEPTED:
            report.refused[str(response.status_code)] += 1
        return response

    return input_route(endpoint, receive)


async def _receive(request: Request, endpoint: str) -> Response:
    sandbox = sandbox_of(request)
    settings = sandbox.settings
    api_key = require_input_key(request)
    batches = _batches(await _body(request), endpoint)
    now = sandbox.clock()
    admission = sandbox.ingestion.admit(api_key, len(batches), now, settings.rate_limits)
    if admission.exceeded is not None:
        raise _too_fast(admission.exceeded, admission.retry_after_s)
    refused = sandbox.ingestion.take(
        api_key, endpoint, batches, now, deduplicate=settings.deduplicate, refused_value=settings.refused_value
    )
    await _write_due_exports(request)
    respond = _service_response if settings.answers == "service" else _documented_response
    response = respond(request, endpoint, batches, refused)
    response.headers["X-mp-rate-limit-percentage-used"] = str(admission.percentage_used)
    return response


async def _write_due_exports(request: Request) -> None:
    sandbox = sandbox_of(request)
    exporter = sandbox.exporter
    if exporter is None or not exporter.is_due:
        return
    exporter.collect(sandbox.clock(), everything=False)
    try:
        await run_in_threadpool(exporter.write)
    except StorageError as error:
        # The batches are accepted whatever becomes of their files, which are tried again with the next ones.
        logging.getLogger(__name__).error("%s", error)  # noqa: TRY400 - one sentence, not a trace


def _service_response(request: Request, endpoint: str, batches: list[SentBatch], refused: Refused) -> Response:
    """Return one error for each refused batch; the request is refused where no batch is left."""
    sandbox = sandbox_of(request)
    sandbox.ingestion.report.batches_refused.update(error.reason for error in refused.values())
    if not refused:
        return Response(status_code=_ACCEPTED)
    errors = [
        {
            "code": "BAD_REQUEST",
            "message": error_message(
                error, batches[index], None if endpoint == EVENTS else index, sandbox.settings.error_paths
            ),
        }
        for index, error in refused.items()
    ]
    return json_response({"errors": errors}, _BAD_REQUEST if len(refused) == len(batches) else _ACCEPTED)


def _documented_response(request: Request, endpoint: str, _batches: list[SentBatch], refused: Refused) -> Response:
    """Say what is wrong with a single bad batch, and nothing about those of a bulk request."""
    if endpoint == EVENTS and refused:
        raise bad_request(refused[0].message)
    sandbox_of(request).ingestion.report.silently_dropped.update(error.reason for error in refused.values())
    return Response(status_code=_ACCEPTED)


async def _body(request: Request) -> bytes:
    """Return the body; one that is too large is read to its end, so that the client sees the response."""
    body = bytearray()
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size < limits.REQUEST_BYTES:
            body += chunk
    if size >= limits.REQUEST_BYTES:
        raise ApiError(413, "REQUEST_TOO_LARGE", f"A request must be smaller than {limits.REQUEST_BYTES} bytes.")
    return bytes(body)


def _batches(body: bytes, endpoint: str) -> list[SentBatch]:
    """Return the batches of a body. What refuses a whole request is refused here; single bad ones of a bulk are not."""
    try:
        batches = [one_batch(body)] if endpoint == EVENTS else many_batches(body)
    except BodyError as error:
        raise bad_request(str(error)) from error
    if len(batches) > limits.BATCHES_PER_REQUEST:
        raise bad_request(f"A request may hold {limits.BATCHES_PER_REQUEST} batches at most.")
    if len(body) > limits.BATCH_BYTES and any(len(batch.text.encode()) > limits.BATCH_BYTES for batch in batches):
        raise ApiError(413, "BATCH_TOO_LARGE", f"A batch may have {limits.BATCH_BYTES} bytes at most.")
    return batches


def _too_fast(exceeded: str, retry_after_s: int | None) -> ApiError:
    headers = {"X-mp-rate-limit-exceeded": exceeded}
    if retry_after_s is not None:
        headers["Retry-After"] = str(retry_after_s)
    return ApiError(429, "RATE_LIMITED", "Too many batches per second for this input.", headers)


EVENTS_API = tuple(_events_route(endpoint) for endpoint in (EVENTS, BULK, HISTORICAL))
