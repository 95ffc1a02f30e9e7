"""What is said about responses of the Platform API that end a sync."""

from destination_mparticle.errors import ConfigError, UnrecoverableError
from destination_mparticle.http.call import Call
from destination_mparticle.http.response import ApiResponse
from destination_mparticle.options import option


def credentials_error(status: int, request: str) -> ConfigError:
    """Return the error for a 401 or 403 to a request, or a refused token."""
    # mParticle also responds 401 where the account is missing, and 403 where the credential lacks the Platform API.
    return ConfigError(
        f"The Platform API refused the {option('platform')} ({status} to {request}): check the client id, the client "
        "secret and the account id, and that the credential may call the Platform API."
    )


def unexpected_response_error(call: Call, response: ApiResponse, content: str = "") -> UnrecoverableError:
    """Return the error for a response that fits no documented one. `content` names what its body holds."""
    content = content or ("" if response.is_json else "something that is not JSON")
    return UnrecoverableError(
        f"The Platform API answered {response.status} to {call}{content and f' with {content}'}; check "
        f"{option('platform', 'account_id')}, and {option('api_url')} and {option('token_url')} where they are set."
    )
