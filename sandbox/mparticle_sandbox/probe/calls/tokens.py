"""The token endpoint: the right credentials as JSON and as a form, another audience, and one wrong secret."""

from collections.abc import Callable, Mapping

from mparticle_sandbox.probe.client import Request
from mparticle_sandbox.probe.config import Account
from mparticle_sandbox.probe.recorder import Recorder

_API = "token"
_AUDIENCE = "https://api.mparticle.com"
_WRONG_SECRET = "mparticle-probe-wrong-on-purpose"  # noqa: S105 - it opens nothing


def call_token_endpoint(recorder: Recorder, account: Account, pod: str | None) -> Callable[[], str] | None:
    """Ask for tokens; return what makes the Authorization header, or None without a token."""
    right = {
        "client_id": account.client_id,
        "client_secret": account.client_secret,
        "audience": _AUDIENCE,
        "grant_type": "client_credentials",
    }
    content = recorder.send("token", _API, Request("POST", account.token_url, content=right))
    token = content.get("access_token") if isinstance(content, dict) else None
    if not isinstance(token, str) or not _is_header(token):
        recorder.skip(
            ("token_from_form", "token_for_pod", "token_for_wrong_secret"), "no token with the right credentials"
        )
        return None
    recorder.send("token_from_form", _API, Request("POST", account.token_url, form=right))
    audience = f"https://api.{(pod or 'us2').lower()}.mparticle.com"
    recorder.send("token_for_pod", _API, _changed(account, right, audience=audience))
    recorder.send("token_for_wrong_secret", _API, _changed(account, right, client_secret=_WRONG_SECRET))
    return lambda: f"Bearer {token}"


def _changed(account: Account, right: Mapping[str, str], **changes: str) -> Request:
    return Request("POST", account.token_url, content={**right, **changes})


def _is_header(token: str) -> bool:
    return token.isascii() and token.isprintable() and " " not in token
