"""The connection to a bucket, which follows no redirect and reads no endless response. Needs the extra `s3`."""

from typing import Any, Final

from aiobotocore.httpsession import AIOHTTPSession
from botocore.exceptions import HTTPClientError  # type: ignore[import-untyped]

from destination_mparticle import tuning

_REDIRECTS: Final = frozenset((301, 302, 303, 307, 308))
_REGION: Final = "x-amz-bucket-region"


class UnusableResponse(Exception):
    """The response is none that a bucket gives, so that the request is not repeated."""


class RedirectResponse(UnusableResponse):
    """The response names another place, and no region."""


class EndlessResponse(UnusableResponse):
    """The response is larger than `tuning.BUCKET_RESPONSE_BYTES`."""


class CarefulSession(AIOHTTPSession):  # type: ignore[misc]
    """Reads responses up to a size, and leaves a redirect to the client, which only takes another region from it.

    Otherwise it would be followed to any host, and take rejected records and the token of a session along.
    """

    async def send(self, request: Any) -> Any:
        """Return the response. Raises an `UnusableResponse`, besides what the client knows."""
        try:
            response = await super().send(request)
        except HTTPClientError as error:
            if isinstance(error.__context__, UnusableResponse):
                raise error.__context__ from None
            raise
        # Without a region the client would ask for it, be redirected again, and so on until Python's stack is full.
        if response.status_code in _REDIRECTS and _REGION not in response.headers:
            raise RedirectResponse
        return response

    async def _get_session(self, proxy_url: str | None) -> "_CarefulRequests":
        return _CarefulRequests(await super()._get_session(proxy_url))


class _CarefulRequests:
    def __init__(self, session: Any) -> None:
        self._session = session

    async def request(self, method: str, **content: Any) -> Any:
        response = await self._session.request(method, **content, allow_redirects=False)
        response.content = _BoundedContent(response)
        return response


class _BoundedContent:
    """The body of a response, which closes the connection where there is too much of it."""

    def __init__(self, response: Any) -> None:
        self._response = response
        self._content = response.content
        self._left = tuning.BUCKET_RESPONSE_BYTES

    def __getattr__(self, name: str) -> Any:
        return getattr(self._content, name)

    async def read(self, size: int = -1) -> bytes:
        if size >= 0:
            return self._counted(await self._content.read(size))
        chunks = []
        while chunk := self._counted(await self._content.readany()):
            chunks.append(chunk)
        return b"".join(chunks)

    def _counted(self, chunk: bytes) -> bytes:
        self._left -= len(chunk)
        if self._left < 0:
            self._response.close()
            raise EndlessResponse
        return chunk
