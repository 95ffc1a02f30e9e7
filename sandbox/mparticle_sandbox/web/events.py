"""The Events API: `/v2/events`, `/v2/bulkevents`, `/v2/bulkevents/historical`."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from mparticle_sandbox.core.events_api import limits
from mparticle_sandbox.core.events_api.batch_check import batch_problem
from mparticle_sandbox.core.events_api.batch_text import BodyError, SentBatch, many_batches, one_batch
from mparticle_sandbox.core.events_api.intake import BULK, EVENTS, HISTORICAL
from mparticle_sandbox.web.answers import Refusal, json_answer
from mparticle_sandbox.web.basic_auth import require_input_key
from mparticle_sandbox.web.routing import route, sandbox_of


def _events_route(endpoint: str) -> Route:
    async def receive(request: Request) -> Response:
        report = sandbox_of(request).intake.report
        report.requests += 1
        report.requests_by_endpoint[endpoint] += 1
        try:
            return await _receive(request, endpoint)
        except Refusal as refusal:
            report.refused[str(refusal.status)] += 1
            raise

    return route(endpoint, {"POST": receive}, _errors)


async def _receive(request: Request, endpoint: str) -> Response:
    sandbox = sandbox_of(request)
    api_key = require_input_key(request)
    batches = _batches(await _body(request), endpoint)
    now = sandbox.clock()
    verdict = sandbox.intake.admit(api_key, len(batches), now, sandbox.settings.rate_limits)
    if verdict.exceeded is not None:
        raise _too_fast(verdict.exceeded, verdict.retry_after_s)
    sandbox.intake.take(api_key, endpoint, batches, now)
    return Response(status_code=202, headers={"X-mp-rate-limit-percentage-used": str(verdict.percentage_used)})


async def _body(request: Request) -> bytes:
    """Return the body; one that is too large is read to its end, so that the client gets to see the answer."""
    body = bytearray()
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size < limits.REQUEST_BYTES:
            body += chunk
    if size >= limits.REQUEST_BYTES:
        raise Refusal(413, "REQUEST_TOO_LARGE", f"A request must be smaller than {limits.REQUEST_BYTES} bytes.")
    return bytes(body)


def _batches(body: bytes, endpoint: str) -> list[SentBatch]:
    """Return the batches of a body. What refuses a whole request is refused here; single bad ones of a bulk are not."""
    try:
        batches = [one_batch(body)] if endpoint == EVENTS else many_batches(body)
    except BodyError as error:
        raise _bad_request(str(error)) from error
    if len(batches) > limits.BATCHES_PER_REQUEST:
        raise _bad_request(f"A request may hold {limits.BATCHES_PER_REQUEST} batches at most.")
    if len(body) > limits.BATCH_BYTES and any(len(batch.text.encode()) > limits.BATCH_BYTES for batch in batches):
        raise Refusal(413, "BATCH_TOO_LARGE", f"A batch may have {limits.BATCH_BYTES} bytes at most.")
    problem = batch_problem(batches[0].content) if endpoint == EVENTS else None
    if problem is not None:
        raise _bad_request(problem.message)
    return batches


def _bad_request(message: str) -> Refusal:
    return Refusal(400, "BAD_REQUEST", message)


def _too_fast(exceeded: str, retry_after_s: int | None) -> Refusal:
    headers = {"X-mp-rate-limit-exceeded": exceeded}
    if retry_after_s is not None:
        headers["Retry-After"] = str(retry_after_s)
    return Refusal(429, "RATE_LIMITED", "Batches come too fast for this input.", headers)


def _errors(refusal: Refusal) -> Response:
    return json_answer({"errors": [refusal.as_error()]}, refusal.status, refusal.headers)


EVENTS_API = tuple(_events_route(endpoint) for endpoint in (EVENTS, BULK, HISTORICAL))
