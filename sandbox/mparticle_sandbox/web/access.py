"""What stands between a request and an API that takes an access token."""

from fnmatch import fnmatchcase

from starlette.requests import Request
from starlette.responses import Response

from mparticle_sandbox.core.grants import Api
from mparticle_sandbox.web.answers import Refusal
from mparticle_sandbox.web.bearer import require_bearer
from mparticle_sandbox.web.routing import sandbox_of


def with_rate(request: Request, response: Response) -> Response:
    """Return the answer of the Platform API, with the header about its rate where that is set."""
    if sandbox_of(request).settings.platform_rate_header:
        response.headers["X-mp-rate-limit-percentage-used"] = "0"
    return response


def require_access(request: Request, api: Api) -> None:
    """Refuse with 401 without a valid token, 403 without the API's grant, 404 where the feature is not enabled."""
    require_bearer(request)
    settings = sandbox_of(request).settings
    if not settings.grants.allow(api):
        raise Refusal(403, "FORBIDDEN", f"The credential is not granted the API {api}.")
    if any(fnmatchcase(request.url.path, glob) for glob in settings.missing_features):
        raise Refusal(404, "NOT_FOUND", "The feature is not enabled for this account.")
