"""What can go wrong between this connector and mParticle, each with a sentence for the person who runs the sync.

MparticleError
├── ConfigurationProblem    somebody has to change a setting or a permission
│   └── AccessRefused       the credential may not read this, or the account has no such thing
├── Unavailable             mParticle cannot answer at the moment; trying again later helps
│   └── Unreachable         the configured address does not answer
└── UnexpectedAnswer        mParticle answered with something it does not document
"""

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from source_mparticle.api.hosts import host_of

UNAUTHORIZED = 401
FORBIDDEN = 403
NOT_FOUND = 404
REQUEST_TIMEOUT = 408
TOO_MANY_REQUESTS = 429
SUCCESSES = range(200, 300)
# No Content, Reset Content, Partial Content: successes that hold less than what was asked for.
NOT_WHOLE = (204, 205, 206, 207, 226)
REDIRECTS = range(300, 400)
SERVER_ERRORS = range(500, 600)

# The options that messages name, as the form and the configuration call them.
ACCOUNT_ID = "Account ID (`account_id`)"
API_URL = "API URL (`api_url`)"
TOKEN_URL = "Token URL (`token_url`)"  # noqa: S105 - no secret

# The APIs of a credential, as mParticle's settings list them.
PLATFORM_API = "Platform API"


class MparticleError(Exception):
    """Carries one plain sentence. It never holds a secret, a token or a record's value."""


class ConfigurationProblem(MparticleError):
    """Somebody has to change a setting or a permission."""


class AccessRefused(ConfigurationProblem):
    """The credential may not read this, or the account has no such thing. `status` is 403 or 404."""

    def __init__(self, sentence: str, status: int, stream: str = "") -> None:
        super().__init__(f"{stream}: {sentence} Or deselect the stream {stream}." if stream else sentence)
        self.status = status
        self._sentence = sentence

    def for_stream(self, stream: str) -> "AccessRefused":
        """The same for a stream that cannot be read because of it."""
        return AccessRefused(self._sentence, self.status, stream)


class Unavailable(MparticleError):
    """mParticle cannot answer at the moment. `retry_after` is what it asked for, in seconds, if it asked.

    `status` is that of the answer, if there was one. `is_verdict` is set when trying again was given up: whoever meets
    it does not try again either.
    """

    def __init__(self, sentence: str, retry_after: float | None = None, status: int | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after
        self.status = status
        self.is_verdict = False


class Unreachable(Unavailable):
    """The configured address could not be connected to, or kept silent until the time-out."""


class UnexpectedAnswer(MparticleError):
    """mParticle answered with something it does not document."""


def credentials_refused(status: int, token_url: str) -> ConfigurationProblem:
    """The token endpoint turned the credentials down; its bodies are not documented, so none is quoted."""
    return ConfigurationProblem(
        f"{_host(token_url)} did not accept Client ID (`client_id`) and Client Secret (`client_secret`) "
        f"(HTTP {status}). Copy both again from Settings > API Credentials in mParticle, or create a new credential."
    )


def wrong_token_url(status: int, token_url: str) -> ConfigurationProblem:
    """There is no token endpoint at the configured address."""
    return ConfigurationProblem(
        f"There is no token endpoint at {urlsplit(token_url).path or '/'} of {_host(token_url)} (HTTP {status}): "
        f"correct {TOKEN_URL}, or clear it to use mParticle's own."
    )


def redirected(status: int, url: str, location: str, option: str) -> ConfigurationProblem:
    """The answer points elsewhere. Only the host that it points to is shown, for the rest may hold anything."""
    scheme = "http" if location.startswith("http:") else "https"
    where = f"{scheme}://{host_of(location)}" if host_of(location) else "another path of the same host"
    return ConfigurationProblem(
        f"{_host(url)} answered with a redirect (HTTP {status}) to {where}, which is not followed, so that no "
        f"credential leaves for another address: correct {option}."
    )


def unusable_address(option: str) -> ConfigurationProblem:
    """The configured address is no address that a request can be sent to."""
    return ConfigurationProblem(f"No request can be sent to the address in {option}: correct it.")


def unreachable(url: str, option: str) -> Unreachable:
    """Nothing answered; `option` holds the address."""
    return Unreachable(
        f"No answer from {_host(url)}: try again later. If it stays, check {option}, and that this machine may open "
        "connections to that host."
    )


def cut_short(url: str) -> Unavailable:
    """The answer began, and did not come to a good end."""
    return Unavailable(
        f"The answer to {urlsplit(url).path} was cut short, came too slowly or could not be unpacked. Try again later."
    )


def too_long(url: str, megabytes: int, option: str) -> UnexpectedAnswer:
    """The answer held more than is read of any."""
    return UnexpectedAnswer(
        f"mParticle's answer to {urlsplit(url).path} is longer than {megabytes} MB, the most that is read of one: "
        f"check {option}. If it is right, report it with this message."
    )


def overloaded(status: int, url: str, retry_after: float | None) -> Unavailable:
    """The answer was 408, 429 or a 5xx; `retry_after` in seconds, None where the answer does not say."""
    if status == TOO_MANY_REQUESTS:
        when = f"in {retry_after:.0f} seconds" if retry_after else "in a minute"
        sentence = f"mParticle is rate limited: {_host(url)} answered 429. Try again {when}."
    else:
        sentence = f"{_host(url)} answered HTTP {status}, an error on mParticle's side. Try again later."
    return Unavailable(sentence, retry_after, status)


def is_passing(status: int) -> bool:
    """Whether the same request may succeed later."""
    return status in (REQUEST_TIMEOUT, TOO_MANY_REQUESTS) or status in SERVER_ERRORS


def refused(status: int, url: str, account_id: str, grant: str) -> ConfigurationProblem | None:
    """The sentence for a 401, 403 or 404 of the Platform API; None for any other status.

    mParticle documents 401 also for a missing account id, 403 for a credential without the permission, 404 for
    whatever lies outside the account; a wrong pod shows as 403 or 404.
    """
    path = urlsplit(url).path
    if status == UNAUTHORIZED:
        return ConfigurationProblem(
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


def unexpected_status(status: int, url: str) -> UnexpectedAnswer:
    """A status that mParticle does not document for reading."""
    return UnexpectedAnswer(
        f"mParticle answered {urlsplit(url).path} with HTTP {status}, which it does not document. Sync again later; if "
        "it stays, report it with this message."
    )


def too_slow(url: str, seconds: float, option: str) -> Unavailable:
    """The time for all requests together was over."""
    return Unavailable(
        f"{_host(url)} was too slow: the connection check gave up after {seconds:.0f} seconds. Test again; if it "
        f"stays, check {option}, and that this machine may open connections to that host."
    )


def unknown_workspaces(unknown: list[str], account_id: str, known: list[str]) -> ConfigurationProblem:
    """Workspace ids were configured that the account does not have."""
    has = f"it has {', '.join(known)}" if known else "it has none that this credential may see"
    return ConfigurationProblem(
        f"Workspace ID {', '.join(unknown)} is not in account {account_id} ({has}): correct Workspace IDs "
        "(`workspace_ids`), or leave it empty to read all workspaces."
    )


def not_offered(stream: str, missing: Sequence[str]) -> ConfigurationProblem:
    """A selected stream needs options that are not filled in; `missing` holds their titles and keys."""
    them = "it" if len(missing) == 1 else "them"
    return ConfigurationProblem(f"{stream} needs {' and '.join(missing)}: fill {them} in, or deselect the stream.")


def selected_twice(streams: Sequence[str]) -> ConfigurationProblem:
    """The configured catalog names streams more than once, so their rows would come more than once."""
    return ConfigurationProblem(f"The catalog selects {', '.join(streams)} more than once: select each stream once.")


def unknown_stream(stream: str) -> ConfigurationProblem:
    """A selected stream that no configuration offers, such as one of another version."""
    return ConfigurationProblem(f"This connector has no stream {stream}: refresh the source's schema, or deselect it.")


def no_token(token_url: str) -> UnexpectedAnswer:
    """A success of the token endpoint without a token in it."""
    return UnexpectedAnswer(f"{_host(token_url)} answered without an access token: check {TOKEN_URL}.")


def no_token_page(token_url: str) -> UnexpectedAnswer:
    """A success of the token endpoint that is no JSON: a page for people, or for nobody."""
    return UnexpectedAnswer(f"{_host(token_url)} answered with a page that is no token: check {TOKEN_URL}.")


def errors_reported(url: str, errors: object, quoted: Callable[[str], str] | None) -> UnexpectedAnswer:
    """A 200 whose envelope reports errors. mParticle's own codes and messages say more than we could.

    `quoted` makes them fit to be shown; without it none is.
    """
    listed = errors if isinstance(errors, list) else [errors]
    texts = (f"{e.get('code', 'error')}: {e.get('message', '')}" if isinstance(e, dict) else str(e) for e in listed)
    what = quoted("; ".join(texts)) if quoted else f"{len(listed)}, which are not shown here"
    return UnexpectedAnswer(f"mParticle answered {urlsplit(url).path} with errors: {what}")


def no_list(url: str) -> UnexpectedAnswer:
    """A success whose body holds no list of records."""
    return UnexpectedAnswer(
        f"mParticle answered {urlsplit(url).path} with something that is no list of records: check that {API_URL} is "
        "the host of mParticle's Platform API."
    )


def partial_list(url: str) -> UnexpectedAnswer:
    """A list came with a sign that there is more of it."""
    return UnexpectedAnswer(
        f"mParticle answered {urlsplit(url).path} with a list that says that it goes on elsewhere, which it does not "
        "document. The stream is not read, because rows would be missing from it."
    )


def without_key(url: str, key: Sequence[str]) -> UnexpectedAnswer:
    """A record came without what identifies it."""
    return UnexpectedAnswer(
        f"mParticle answered {urlsplit(url).path} with a record that lacks its {' or '.join(key)}, which it documents. "
        "The stream is not read, because rows would be missing from it."
    )


def no_platforms() -> UnexpectedAnswer:
    """An app came without the list of its platforms, or a platform without its operating system."""
    return UnexpectedAnswer(
        "mParticle answered /v1/apps with an app that does not name its platforms, which it documents. What is read "
        "for each platform is not read, because rows would be missing from it."
    )


def no_segment(name: str, pattern: str) -> UnexpectedAnswer:
    """A record names what is read next, but not so that it can be asked for."""
    return UnexpectedAnswer(
        f"mParticle sent a {name} that cannot be part of an address, so {pattern} cannot be asked for. If it stays, "
        "report it with this message."
    )


def _host(url: str) -> str:
    return host_of(url) or "the configured address"
