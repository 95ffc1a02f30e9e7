"""The bearer token of the Platform API."""

from starlette.requests import Request

from mparticle_sandbox.web.answers import Refusal
from mparticle_sandbox.web.routing import sandbox_of


def require_bearer(request: Request) -> None:
    """Refuse with 401 a request without a valid access token."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    sandbox = sandbox_of(request)
    if scheme.lower() != "bearer" or not sandbox.tokens.is_valid(token.strip(), sandbox.clock()):
        raise Refusal(401, "UNAUTHORIZED", "The access token is missing, unknown or expired.")
