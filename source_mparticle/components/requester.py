"""Asks the Platform API for what a stream's slices need."""

from collections.abc import Mapping, MutableMapping
from dataclasses import InitVar, dataclass, field
from typing import Any

from airbyte_cdk.sources.declarative.auth.declarative_authenticator import DeclarativeAuthenticator, NoAuth
from airbyte_cdk.sources.declarative.requesters.requester import HttpMethod, Requester
from airbyte_cdk.sources.types import StreamSlice

from source_mparticle.api import problems
from source_mparticle.api.addresses import filled, value_in
from source_mparticle.api.answers import Answer
from source_mparticle.components.answered import Answered
from source_mparticle.components.routers import MISSING_IS_NORMAL, TALLY
from source_mparticle.components.traced import as_trace
from source_mparticle.sync import Sync


@dataclass
class PlatformRequester(Requester):
    """The CDK's interface to the client that the whole sync shares.

    `path` is filled in from the slice, then from the options. `query` gives parameters the values of options, and
    leaves those without a value out. `grant` is the API that the credential must be allowed to call.

    `shared` says that more than one stream needs this resource: it is then requested once per sync, whichever stream
    comes first.
    """

    name: str
    config: Mapping[str, Any]
    parameters: InitVar[Mapping[str, Any]]
    path: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    grant: str = problems.PLATFORM_API
    shared: bool = False

    def __post_init__(self, parameters: Mapping[str, Any]) -> None:
        sync = Sync.of(self.config)
        self._client = sync.client
        self._once = sync.once

    def send_request(  # type: ignore[override] # the CDK passes on what it gets, to extractors that want this
        self, *, stream_slice: StreamSlice | None = None, **_: Any
    ) -> Answered | None:
        """The answer for a slice, or None where a 404 is no row. Raises the trace of a problem."""
        fan_out = stream_slice.extra_fields if stream_slice else {}
        with as_trace():
            url = self.get_url(stream_slice=stream_slice)
            try:
                answer = self._once.do(url, lambda: self._ask(url)) if self.shared else self._ask(url)
            except problems.AccessRefused as refusal:
                named = refusal.for_stream(self.name)
                if refusal.status != problems.NOT_FOUND or TALLY not in fan_out:
                    raise named from refusal
                doubt = None if fan_out[MISSING_IS_NORMAL] else named
                fan_out[TALLY].no_row("answered 404", doubt, self.get_path(stream_slice=stream_slice))
                return None
            return Answered(answer, fan_out.get(TALLY), stream_slice.partition if stream_slice else {})

    def _ask(self, url: str) -> Answer:
        # The requests that follow one pattern fail together.
        return self._client.get(url, self.get_request_params(), grant=self.grant, endpoint=self.path)

    def get_url(self, *, stream_slice: StreamSlice | None = None, **_: Any) -> str:
        """The whole address for a slice. Raises `UnexpectedAnswer` for a value that cannot be part of one."""
        return self.get_url_base() + self.get_path(stream_slice=stream_slice)

    def get_url_base(self, **_: Any) -> str:
        """The configured address of the API."""
        return str(self.config["api_url"])

    def get_path(self, *, stream_slice: StreamSlice | None = None, **_: Any) -> str:
        """The path for a slice."""
        partition = stream_slice.partition if stream_slice else {}

        def value_of(name: str) -> Any:
            value = value_in(partition, name)
            return self.config.get(name) if value is None else value

        return filled(self.path, value_of)

    def get_method(self) -> HttpMethod:
        """Nothing but reading."""
        return HttpMethod.GET

    def get_authenticator(self) -> DeclarativeAuthenticator:
        """None: the client signs, so that no token reaches the CDK."""
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
