"""A route of the control API: no token, plain error sentences."""

from starlette.responses import Response
from starlette.routing import Route

from mparticle_sandbox.web.answers import Refusal, json_answer
from mparticle_sandbox.web.recording import CONTROL_PREFIX
from mparticle_sandbox.web.routing import Handler, route


def control_route(path: str, **handlers: Handler) -> Route:
    """Return a route below `/_sandbox`."""
    return route(f"{CONTROL_PREFIX}{path}", handlers, _error)


def unprocessable(error: ValueError) -> Refusal:
    """Return the refusal of content that the error describes in a sentence."""
    return Refusal(422, "UNPROCESSABLE", str(error))


def _error(refusal: Refusal) -> Response:
    return json_answer({"error": refusal.message}, refusal.status)
