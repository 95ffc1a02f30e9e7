"""The connection to a bucket, which follows no redirect. Needs the extra `s3`."""

from typing import Any

from aiobotocore.httpsession import AIOHTTPSession


class NoRedirectSession(AIOHTTPSession):  # type: ignore[misc]
    """Leaves a redirect to the client, which takes it for an error.

    Otherwise it would be followed to any host, and take rejected records and the token of a session along.
    """

    async def _get_session(self, proxy_url: str | None) -> "_NoRedirects":
        return _NoRedirects(await super()._get_session(proxy_url))


class _NoRedirects:
    def __init__(self, session: Any) -> None:
        self._session = session

    async def request(self, method: str, **content: Any) -> Any:
        return await self._session.request(method, **content, allow_redirects=False)
