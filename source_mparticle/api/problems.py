"""What can go wrong between this connector and mParticle, each with a sentence for the person who runs the sync.

MparticleError
├── ConfigurationProblem    somebody has to change a setting or a permission
│   └── AccessRefused       the credential may not read this, or the account has no such thing
├── Unavailable             mParticle cannot answer at the moment; trying again later helps
│   └── Unreachable         the configured address does not answer
└── UnexpectedAnswer        mParticle answered with something it does not document
"""

from urllib.parse import urlsplit

UNAUTHORIZED = 401
FORBIDDEN = 403
NOT_FOUND = 404
TOO_MANY_REQUESTS = 429
SERVER_ERRORS = range(500, 600)

# The APIs of a credential, as mParticle's settings list them.
PLATFORM_API = "Platform API"


class MparticleError(Exception):
    """Carries one plain sentence. It never holds a secret, a token or a record's value."""


class ConfigurationProblem(MparticleError):
    """Somebody has to change a setting or a permission."""


class AccessRefused(ConfigurationProblem):
    """The credential may not read this, or the account has no such thing. `status` is 403 or 404."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


class Unavailable(MparticleError):
    """mParticle cannot answer at the moment. `retry_after` is what it asked for, in seconds, if it asked."""

    def __init__(self, sentence: str, retry_after: float | None = None) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after


class Unreachable(Unavailable):
    """The configured address could not be connected to, or kept silent until the time-out."""


class UnexpectedAnswer(MparticleError):
    """mParticle answered with something it does not document."""


def credentials_refused(status: int, token_url: str) -> ConfigurationProblem:
    """The token endpoint turned the credentials down; its bodies are not documented, so none is quoted."""
    return ConfigurationProblem(
        f"mParticle did not accept the Client ID and Client Secret (HTTP {status} from {_host(token_url)}): "
        "copy both again from Settings > API Credentials in mParticle, or create a new credential there."
    )


def unreachable(url: str, setting: str) -> Unreachable:
    """Nothing answered; `setting` is the title of the option that holds the address."""
    return Unreachable(
        f"No answer from {_host(url)}: check the {setting} setting, and that this machine may open connections to "
        "that host."
    )


def overloaded(response_status: int, url: str, retry_after: float | None) -> Unavailable:
    """The answer was 429 or a 5xx; `retry_after` in seconds, None where the answer does not say."""
    if response_status == TOO_MANY_REQUESTS:
        when = f"in {retry_after:.0f} seconds" if retry_after else "in a minute"
        return Unavailable(f"mParticle is rate limited: {_host(url)} answered 429. Try again {when}.", retry_after)
    return Unavailable(
        f"{_host(url)} answered HTTP {response_status}, an error on mParticle's side. Try again later.", retry_after
    )


def refused(status: int, url: str, account_id: str, grant: str) -> ConfigurationProblem | None:
    """The sentence for a 401, 403 or 404 of the Platform API; None for any other status.

    mParticle documents 401 also for a missing account id, 403 for a credential without the permission, 404 for
    whatever lies outside the account; a wrong pod shows as 403 or 404.
    """
    path = urlsplit(url).path
    if status == UNAUTHORIZED:
        return ConfigurationProblem(
            f"mParticle did not authorize {path} (401) although it had just issued a token: check that Account ID "
            f"{account_id} is the account that the API credential was created in."
        )
    if status == FORBIDDEN:
        return AccessRefused(
            f"mParticle refused access to {path} (403): tick the {grant} for this credential under "
            "Settings > API Credentials in mParticle, and check that API URL is the host of your pod.",
            status,
        )
    if status == NOT_FOUND:
        return AccessRefused(
            f"mParticle has nothing at {path} (404) for account {account_id}: check the Account ID, and that "
            "API URL is the host of your pod.",
            status,
        )
    return None


def skipped(stream: str, status: int, url: str, grant: str) -> str:
    """The warning for a stream that goes on without what mParticle did not give it."""
    path = urlsplit(url).path
    if status == FORBIDDEN:
        return (
            f"{stream} is skipped where mParticle refuses it, and so is what is read from it: {path} answered 403. "
            f"Tick the {grant} for this credential under Settings > API Credentials in mParticle, or deselect the "
            "stream."
        )
    return (
        f"{stream} is skipped where mParticle has nothing, and so is what is read from it: {path} answered 404. Either "
        f"this account lacks the feature or the credential lacks the {grant}."
    )


def unexpected_status(status: int, url: str) -> UnexpectedAnswer:
    """A status that mParticle does not document for reading."""
    return UnexpectedAnswer(f"mParticle answered {urlsplit(url).path} with HTTP {status}, which it does not document.")


def too_slow(url: str, seconds: float) -> Unavailable:
    """The time for all requests together was over."""
    return Unavailable(f"{_host(url)} was too slow: the connection check gave up after {seconds:.0f} seconds.")


def unknown_workspaces(unknown: list[str], account_id: str, known: list[str]) -> ConfigurationProblem:
    """Workspace ids were configured that the account does not have."""
    has = f"it has {', '.join(known)}" if known else "it has none that this credential may see"
    return ConfigurationProblem(
        f"Workspace ID {', '.join(unknown)} is not in account {account_id} ({has}): correct Workspace IDs "
        "(`workspace_ids`), or leave it empty to read all workspaces."
    )


def no_token(token_url: str) -> UnexpectedAnswer:
    """A 200 of the token endpoint without a token in it."""
    return UnexpectedAnswer(f"{_host(token_url)} answered without an access token: check the Token URL setting.")


def errors_reported(url: str, errors: object) -> UnexpectedAnswer:
    """A 200 whose envelope reports errors. mParticle's own codes and messages say more than we could."""
    listed = errors if isinstance(errors, list) else [errors]
    texts = (f"{e.get('code', 'error')}: {e.get('message', '')}" if isinstance(e, dict) else str(e) for e in listed)
    return UnexpectedAnswer(f"mParticle answered {urlsplit(url).path} with errors: {'; '.join(texts)}")


def no_list(url: str) -> UnexpectedAnswer:
    """A 200 whose body holds no list of records."""
    return UnexpectedAnswer(
        f"mParticle answered {urlsplit(url).path} with something that is no list of records: check that API URL is "
        "the host of mParticle's Platform API."
    )


def _host(url: str) -> str:
    return urlsplit(url).netloc or url
