"""Sends the requests of a stream's slices."""

import re
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import InitVar, dataclass, field
from typing import Any
from urllib.parse import quote

from airbyte_cdk.sources.declarative.auth.declarative_authenticator import DeclarativeAuthenticator, NoAuth
from airbyte_cdk.sources.declarative.requesters.requester import HttpMethod, Requester
from airbyte_cdk.sources.types import StreamSlice

from source_mparticle.api import errors
from source_mparticle.api.response import ApiResponse
from source_mparticle.api.urls import path_of
from source_mparticle.components.partition_routers import MISSING_IS_NORMAL, OUTCOMES, partition_value
from source_mparticle.components.slice_response import SliceResponse
from source_mparticle.sync import Sync
from source_mparticle.traced_errors import traced_errors

_BRACES = re.compile(r"\{(\w+)\}")
# Segments that would lead to another path.
_EMPTY_OR_DOTS = frozenset({"", ".", ".."})
# Percent-encoded. Hardly any server takes a URL of 8,000 characters.
_LONGEST_SEGMENT = 2000


@dataclass
class PlatformRequester(Requester):
    """The CDK's interface to the client that the whole sync shares.

    `path` is filled in from the slice, then from the options. `query` names the option of each parameter; one without
    a value is left out. `grant` is the API that the credential must be allowed to call.

    `shared` says that more than one stream needs this resource: it is then requested once per sync, whichever stream
    comes first.
    """

    name: str
    config: Mapping[str, Any]
    parameters: InitVar[Mapping[str, Any]]
    path: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    grant: str = errors.PLATFORM_API
    shared: bool = False

    def __post_init__(self, parameters: Mapping[str, Any]) -> None:
        sync = Sync.of(self.config)
        self._client = sync.client
        self._single_flight = sync.single_flight

    def send_request(  # type: ignore[override] # the CDK passes on what it gets, to extractors that want this
        self, *, stream_slice: StreamSlice | None = None, **_: Any
    ) -> SliceResponse | None:
        """The response for a slice, or None where a 404 is no row. Raises the trace of an error."""
        extra = stream_slice.extra_fields if stream_slice else {}
        with traced_errors():
            url = self.get_url(stream_slice=stream_slice)
            try:
                response = self._single_flight.do(url, lambda: self._send(url)) if self.shared else self._send(url)
            except errors.AccessRefused as refusal:
                named = refusal.for_stream(self.name)
                if refusal.status != errors.NOT_FOUND or OUTCOMES not in extra:
                    raise named from refusal
                error = None if extra[MISSING_IS_NORMAL] else named
                extra[OUTCOMES].missing("answered 404", error, path_of(url))
                return None
            return SliceResponse(response, extra.get(OUTCOMES), stream_slice.partition if stream_slice else {})

    def _send(self, url: str) -> ApiResponse:
        # Requests with the same path template share a circuit breaker.
        return self._client.get(url, self.get_request_params(), grant=self.grant, endpoint=self.path)

    def get_url(self, *, stream_slice: StreamSlice | None = None, **_: Any) -> str:
        """The URL for a slice. Raises `UnexpectedResponse` for a value that cannot be part of one."""
        return self.get_url_base() + self.get_path(stream_slice=stream_slice)

    def get_url_base(self, **_: Any) -> str:
        """The configured address of the API."""
        return str(self.config["api_url"])

    def get_path(self, *, stream_slice: StreamSlice | None = None, **_: Any) -> str:
        """The path for a slice."""
        partition = stream_slice.partition if stream_slice else {}

        def value_of(name: str) -> Any:
            value = partition_value(partition, name)
            return self.config.get(name) if value is None else value

        return filled_path(self.path, value_of)

    def get_method(self) -> HttpMethod:
        """GET: a source only reads."""
        return HttpMethod.GET

    def get_authenticator(self) -> DeclarativeAuthenticator:
        """None: the client adds the token, so that it never reaches the CDK."""
        return NoAuth(parameters={})

    def get_request_params(self, **_: Any) -> MutableMapping[str, Any]:
        """The parameters that have a value."""
        values = {name: self.config.get(option) for name, option in self.query.items()}
        return {name: value for name, value in values.items() if value}

    def get_request_headers(self, **_: Any) -> Mapping[str, Any]:
        """None of its own."""
        return {}

    def get_request_body_data(self, **_: Any) -> Mapping[str, Any] | str:
        """No body."""
        return {}

    def get_request_body_json(self, **_: Any) -> Mapping[str, Any]:
        """No body."""
        return {}


def filled_path(template: str, value_of: Callable[[str], Any]) -> str:
    """The path with every `{name}` replaced by the value of that name, percent-encoded as one segment.

    The path of a module named `C#` holds `C%23`. A value that is neither text nor an integer, that would lead to
    another path, or that is longer than any name raises `UnexpectedResponse`.
    """
    return _BRACES.sub(lambda braces: _segment(braces[1], value_of(braces[1]), template), template)


def _segment(name: str, value: Any, template: str) -> str:
    is_text_or_integer = isinstance(value, (str, int)) and not isinstance(value, bool)
    if not is_text_or_integer or str(value) in _EMPTY_OR_DOTS:
        raise errors.no_segment(name, template)
    segment = quote(str(value), safe="")
    if len(segment) > _LONGEST_SEGMENT:
        raise errors.no_segment(name, template)
    return segment
