"""The access tokens the sandbox has issued."""

import base64
import json
import secrets


class Tokens:
    """Issued tokens with the second at which each expires, on the caller's clock."""

    def __init__(self) -> None:
        self._expiry: dict[str, float] = {}

    def issue(self, now: float, lifetime_s: float) -> str:
        """Return a token that is valid for `lifetime_s` seconds. It looks like a JWT and cannot be guessed."""
        self._expiry = {token: expiry for token, expiry in self._expiry.items() if expiry > now}
        header = _segment({"alg": "RS256", "typ": "JWT", "kid": "sandbox"})
        claims = _segment({"aud": "https://api.mparticle.com", "jti": secrets.token_hex(8)})
        token = f"{header}.{claims}.{secrets.token_urlsafe(64)}"
        self._expiry[token] = now + lifetime_s
        return token

    def is_valid(self, token: str, now: float) -> bool:
        """Say whether the token was issued here, was not revoked and has not expired."""
        return self._expiry.get(token, now) > now

    def revoke_all(self) -> None:
        """Revoke every token."""
        self._expiry.clear()


def _segment(content: dict[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()
