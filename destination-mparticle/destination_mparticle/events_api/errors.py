"""What is said about responses of the Events API that end a sync."""

from destination_mparticle.errors import ConfigError, UnrecoverableError
from destination_mparticle.http.response import ApiResponse
from destination_mparticle.options import option


def credentials_error(status: int, pod: str) -> ConfigError:
    """Return the error for a 401 or 403."""
    return ConfigError(
        f"mParticle refused the credentials ({status}): check that {option('api_key')} and {option('api_secret')} "
        f"are the server-to-server pair of one input, and that the input lives in pod {pod}."
    )


def unexpected_response_error(response: ApiResponse, path: str) -> UnrecoverableError:
    """Return the error for a response that does not come from mParticle, or that nothing can be done about."""
    what = f"answered {response.status}" + ("" if response.is_json else " with something that is not JSON")
    return UnrecoverableError(
        f"mParticle {what} to a request to {path}: check {option('pod')}, {option('events_url')}, and any proxy on the "
        "way."
    )
