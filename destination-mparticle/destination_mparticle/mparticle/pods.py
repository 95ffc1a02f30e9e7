"""mParticle's deployments and its public addresses."""

from typing import Final

EVENTS_URLS: Final = {
    "US1": "https://s2s.us1.mparticle.com/v2",
    "US2": "https://s2s.us2.mparticle.com/v2",
    "EU1": "https://s2s.eu1.mparticle.com/v2",
    "AU1": "https://s2s.au1.mparticle.com/v2",
}
"""The Events API's address by pod."""

PLATFORM_API_URL: Final = "https://api.mparticle.com"
TOKEN_URL: Final = "https://sso.auth.mparticle.com/oauth/token"  # noqa: S105 - an address
