"""The key pair of an Events API input."""

import base64
import binascii

from starlette.requests import Request

from mparticle_sandbox.web.answers import Refusal
from mparticle_sandbox.web.routing import sandbox_of


def require_input_key(request: Request) -> str:
    """Return the API key of the request. A missing header is refused with 401, a wrong pair with 403."""
    header = request.headers.get("authorization")
    if header is None:
        raise Refusal(401, "UNAUTHORIZED", "The Authorization header is missing.")
    scheme, _, encoded = header.partition(" ")
    key, _, secret = _decoded(encoded.strip()).partition(":")
    if scheme.lower() != "basic" or (key, secret) not in sandbox_of(request).options.inputs:
        raise Refusal(403, "FORBIDDEN", "The key and secret are not those of an input.")
    return key


def _decoded(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
