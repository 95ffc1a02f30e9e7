"""What can go wrong between this connector and mParticle, each with a sentence for the person who runs the sync.

MparticleError
├── ConfigurationError      somebody has to change a setting or a permission
│   └── AccessRefused       the credential may not read this, or the account has no such thing
├── Unavailable             mParticle does not respond as it should; a later retry helps
│   └── Unreachable         the configured address does not respond
└── UnexpectedResponse      mParticle responded with something it does not document
"""

from collections.abc import Callable, Sequence

from source_mparticle.api.urls import host_of, path_of

UNAUTHORIZED = 401
FORBIDDEN = 403
NOT_FOUND = 404
REQUEST_TIMEOUT = 408
TOO_MANY_REQUESTS = 429
SUCCESSES = range(200, 300)
# The one success that mParticle documents for reading. With others, such as 202 and 206, a list may be yet to come.
OK = 200
REDIRECTS = range(300, 400)
SERVER_ERRORS = range(500, 600)

# The options that messages name, as the form and the configuration call them.
ACCOUNT_ID = "Account ID (`account_id`)"
API_URL = "API URL (`api_url`)"
TOKEN_URL = "Token URL (`token_url`)"  # noqa: S105 - no secret

# What a credential may be allowed to call, as mParticle's settings list it.
PLATFORM_API = "Platform API"
DATA_PLANNING_API = "Data Planning API"
CUSTOM_ROLES_API = "Custom Roles API"
PROFILE_API = "Profile API"


class MparticleError(Exception):
    """Carries one plain sentence. It never holds a secret, a token or a record's value."""


class ConfigurationError(MparticleError):
    """Somebody has to change a setting or a permission."""


class AccessRefused(ConfigurationError):
    """The credential may not read this, or the account has no such thing. `status` is 403 or 404."""

    def __init__(self, sentence: str, status: int, stream: str = "") -> None:
        super().__init__(f"{stream}: {sentence} Or deselect the stream {stream}." if stream else sentence)
        self.status = status
        self._sentence = sentence

    def for_stream(self, stream: str) -> "AccessRefused":
        """The same for a stream that cannot be read because of it."""
        return AccessRefused(self._sentence, self.status, stream)


class Unavailable(MparticleError):
    """A transient error. `retry_after` is the wait that mParticle asked for, in seconds, if it did.

    `status` is that of the response, if there was one. `is_final` is set when the retries are used up: nobody retries
    after such an error.
    """

    def __init__(self, sentence: str, retry_after: float | None = None, status: int | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after
        self.status = status
        self.is_final = False


class Unreachable(Unavailable):
    """The configured address could not be connected to, or sent nothing until the timeout."""


class UnexpectedResponse(MparticleError):
    """mParticle responded with something it does not document."""


def credentials_refused(status: int, token_url: str) -> ConfigurationError:
    """The token endpoint rejected the credentials; its bodies are not documented, so none is quoted."""
    return ConfigurationError(
        f"{_host(token_url)} did not accept Client ID (`client_id`) and Client Secret (`client_secret`) "
        f"(HTTP {status}). Copy both again from Settings > API Credentials in mParticle, or create a new credential."
    )


def wrong_token_url(status: int, token_url: str) -> ConfigurationError:
    """There is no token endpoint at the configured address."""
    return ConfigurationError(
        f"There is no token endpoint at {path_of(token_url) or '/'} of {_host(token_url)} (HTTP {status}): "
        f"correct {TOKEN_URL}, or clear it to use mParticle's own."
    )


def redirected(status: int, url: str, location: str, option: str) -> ConfigurationError:
    """The response is a redirect. Another host is not shown: it may hold what was sent, in any spelling."""
    host = host_of(location)
    scheme = "http" if location.lower().startswith("http:") else "https"
    where = "another host" if host else "another path of the same host"
    if host and host.casefold() == host_of(url).casefold():
        where = f"{scheme}://{host_of(url)}"
    return ConfigurationError(
        f"{_host(url)} answered with a redirect (HTTP {status}) to {where}, which is not followed, so that no "
        f"credential leaves for another address: correct {option}."
    )


def unusable_address(option: str) -> ConfigurationError:
    """No request can be sent to the configured address."""
    return ConfigurationError(f"No request can be sent to the address in {option}: correct it.")


def unreachable(url: str, option: str) -> Unreachable:
    """No response came; `option` holds the address."""
    return Unreachable(
        f"No response from {_host(url)}: try again later. If the error persists, check {option}, and that this "
        "machine may open connections to that host."
    )


def cut_short(url: str) -> Unavailable:
    """The response began and did not complete."""
    return Unavailable(
        f"The response to {path_of(url)} was cut short, came too slowly or could not be unpacked. Try again later."
    )


def too_long(url: str, megabytes: int, option: str) -> UnexpectedResponse:
    """The response is longer than the longest that is read."""
    return UnexpectedResponse(
        f"mParticle's response to {path_of(url)} is longer than {megabytes} MB, the most that is read of one: "
        f"check {option}. If it is right, report it with this message."
    )


def overloaded(status: int, url: str, retry_after: float | None) -> Unavailable:
    """The status was 408, 429 or a 5xx; `retry_after` in seconds, None where the response does not say."""
    if status == TOO_MANY_REQUESTS:
        when = f"in {retry_after:.0f} seconds" if retry_after else "in a minute"
        sentence = f"mParticle is rate limited: {_host(url)} answered 429. Try again {when}."
    else:
        sentence = f"{_host(url)} answered HTTP {status}, an error on mParticle's side. Try again later."
    return Unavailable(sentence, retry_after, status)


def is_retryable(status: int) -> bool:
    """Whether the same request may succeed later."""
    return status in (REQUEST_TIMEOUT, TOO_MANY_REQUESTS) or status in SERVER_ERRORS


def refused(status: int, url: str, account_id: str, grant: str) -> ConfigurationError | None:
    """The sentence for a 401, 403 or 404 of the Platform API; None for any other status.

    mParticle documents 401 also for a missing account id, 403 for a credential without the permission, 404 for
    whatever lies outside the account; a wrong pod shows as 403 or 404.
    """
    path = path_of(url)
    if status == UNAUTHORIZED:
        return ConfigurationError(
            f"mParticle did not authorize {path} (401) although it had just issued a token: check that {ACCOUNT_ID} "
            f"{account_id} is the account that the API credential was created in."
        )
    if status == FORBIDDEN:
        return AccessRefused(
            f"mParticle refused access to {path} (403): tick the {grant} for this credential under "
            f"Settings > API Credentials in mParticle, and check that {API_URL} is the host of your pod.",
            status,
        )
    if status == NOT_FOUND:
        return AccessRefused(
            f"mParticle has nothing at {path} (404) for account {account_id}: check {ACCOUNT_ID}, and that "
            f"{API_URL} is the host of your pod.",
            status,
        )
    return None


def error_of_status(status: int, url: str, account_id: str, grant: str = PLATFORM_API) -> MparticleError | None:
    """The error that a status of the Platform API stands for; None for a success.

    `grant` is the API that the credential must be allowed to call.
    """
    if status == OK:
        return None
    return refused(status, url, account_id, grant) or unexpected_status(status, url)


def unexpected_status(status: int, url: str) -> UnexpectedResponse:
    """A status that mParticle does not document for reading."""
    return UnexpectedResponse(
        f"mParticle answered {path_of(url)} with HTTP {status}, which it does not document. Sync again later; if "
        "the error persists, report it with this message."
    )


def too_slow(url: str, seconds: float, option: str) -> Unavailable:
    """The time for all requests together ran out."""
    return Unavailable(
        f"{_host(url)} was too slow: the connection check gave up after {seconds:.0f} seconds. Test again; if "
        f"the error persists, check {option}, and that this machine may open connections to that host."
    )


def unknown_workspaces(unknown: list[str], account_id: str, known: list[str]) -> ConfigurationError:
    """Workspace ids were configured that the account does not have."""
    has = f"it has {', '.join(known)}" if known else "it has none that this credential may see"
    return ConfigurationError(
        f"Workspace ID {', '.join(unknown)} is not in account {account_id} ({has}): correct Workspace IDs "
        "(`workspace_ids`), or leave it empty to read all workspaces."
    )


def not_offered(stream: str, missing: Sequence[str]) -> ConfigurationError:
    """A selected stream needs options that are not filled in; `missing` holds their titles and keys."""
    them = "it" if len(missing) == 1 else "them"
    return ConfigurationError(f"{stream} needs {' and '.join(missing)}: fill {them} in, or deselect the stream.")


def selected_twice(streams: Sequence[str]) -> ConfigurationError:
    """The configured catalog names streams more than once, so their rows would come more than once."""
    return ConfigurationError(f"The catalog selects {', '.join(streams)} more than once: select each stream once.")


def unknown_stream(stream: str) -> ConfigurationError:
    """A selected stream that no configuration offers, such as one of another version."""
    return ConfigurationError(f"This connector has no stream {stream}: refresh the source's schema, or deselect it.")


def no_token(token_url: str) -> UnexpectedResponse:
    """A success of the token endpoint without a token in it."""
    return UnexpectedResponse(f"{_host(token_url)} answered without an access token: check {TOKEN_URL}.")


def no_token_page(token_url: str) -> UnexpectedResponse:
    """A success of the token endpoint that is not JSON, such as a web page."""
    return UnexpectedResponse(f"{_host(token_url)} answered with a page that is not a token: check {TOKEN_URL}.")


def errors_reported(url: str, errors: object, quoted: Callable[[str], str] | None) -> UnexpectedResponse:
    """A 200 whose envelope reports errors. mParticle's own codes and messages are the best explanation.

    `quoted` makes them fit to be shown; without it none is shown.
    """
    listed = errors if isinstance(errors, list) else [errors]
    texts = (f"{e.get('code', 'error')}: {e.get('message', '')}" if isinstance(e, dict) else str(e) for e in listed)
    what = quoted("; ".join(texts)) if quoted else f"{len(listed)}, which are not shown here"
    return UnexpectedResponse(f"mParticle answered {path_of(url)} with errors: {what}")


def no_list(url: str) -> UnexpectedResponse:
    """A success whose body holds no list of records."""
    return UnexpectedResponse(
        f"mParticle answered {path_of(url)} with something that is not a list of records: check that {API_URL} is "
        "the host of mParticle's Platform API."
    )


def partial_list(url: str) -> UnexpectedResponse:
    """A list came with a sign that it is not complete."""
    return UnexpectedResponse(
        f"mParticle answered {path_of(url)} with a list that has further pages, which it does not "
        "document. The stream is not read, because rows would be missing from it."
    )


def without_key(url: str, key: Sequence[str]) -> UnexpectedResponse:
    """A record came without its key."""
    return UnexpectedResponse(
        f"mParticle answered {path_of(url)} with a record that lacks its {' or '.join(key)}, which it documents. "
        "The stream is not read, because rows would be missing from it."
    )


def no_platforms() -> UnexpectedResponse:
    """An app came without the list of its platforms, or a platform without its operating system."""
    return UnexpectedResponse(
        "mParticle answered /v1/apps with an app that does not name its platforms, which it documents. What is read "
        "for each platform is not read, because rows would be missing from it."
    )


def no_segment(name: str, pattern: str) -> UnexpectedResponse:
    """A value that a URL is made of cannot be part of one."""
    return UnexpectedResponse(
        f"mParticle sent a {name} that cannot be part of an address, so {pattern} cannot be asked for. If the "
        "error persists, report it with this message."
    )


def _host(url: str) -> str:
    return host_of(url) or "the configured address"
