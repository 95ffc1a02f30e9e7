"""A client of the Platform API."""

from typing import Final

from destination_mparticle.config import Config, Platform
from destination_mparticle.http.client import HttpClient
from destination_mparticle.http.settings import HttpSettings
from destination_mparticle.http.token_auth import TokenAuth
from destination_mparticle.platform_api.errors import credentials_error

_AUDIENCE: Final = "https://api.mparticle.com"
"""The audience of a token, the same for every pod and whatever URL is used."""


def open_client(config: Config, platform: Platform, settings: HttpSettings) -> HttpClient:
    """Return a client with the credentials of a configuration. It connects when it is first used."""
    auth = TokenAuth(
        config.token_url,
        client_id=platform.client_id,
        client_secret=platform.client_secret,
        audience=_AUDIENCE,
        credentials_error=credentials_error,
        settings=settings,
    )
    return HttpClient(config.api_url, auth, settings)
