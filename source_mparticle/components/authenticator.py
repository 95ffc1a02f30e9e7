"""Signs a stream's requests with the token that the whole sync shares."""

from collections.abc import Mapping
from dataclasses import InitVar, dataclass
from typing import Any

import requests
from airbyte_cdk.sources.declarative.auth.declarative_authenticator import DeclarativeAuthenticator
from airbyte_cdk.utils.airbyte_secrets_utils import add_to_secrets

from source_mparticle.api.bearer import BearerAuth
from source_mparticle.components.traced import as_trace
from source_mparticle.sync import Sync


@dataclass
class MparticleAuthenticator(DeclarativeAuthenticator):
    """OAuth client credentials for mParticle.

    The CDK's own OAuth authenticator posts a form, keeps a token per stream and renews without a margin. The token is
    added while a request is signed and never handed out as a header, so that it cannot reach a log of headers.
    """

    config: Mapping[str, Any]
    parameters: InitVar[Mapping[str, Any]]

    def __post_init__(self, parameters: Mapping[str, Any]) -> None:
        self._tokens = Sync.of(self.config).tokens
        self._bearer = BearerAuth(self._tokens)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign a request. Raises the trace of a refused credential or an unreachable token endpoint."""
        with as_trace():
            add_to_secrets(self._tokens.current())
            return self._bearer(request)

    @property
    def auth_header(self) -> str:
        """No header of its own: see `__call__`."""
        return ""

    @property
    def token(self) -> str:
        """The access token, for generic tools that ask for it."""
        return self._tokens.current()
