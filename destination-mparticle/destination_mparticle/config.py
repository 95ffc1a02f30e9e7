"""The configuration, checked and read once into types."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from destination_mparticle.errors import ConfigError
from destination_mparticle.mapping.streams import DataPlan, StreamMapping
from destination_mparticle.mparticle import limits
from destination_mparticle.mparticle.pods import EVENTS_URLS, PLATFORM_API_URL, TOKEN_URL
from destination_mparticle.objects.apis import EVENTS_API, Api
from destination_mparticle.options import option, option_errors, without_nulls

_HOST_ALONE: Final = re.compile(r"https?://[^/]+")
_ENDPOINT: Final = re.compile(r"/v2/(events|bulkevents(/historical)?)$")


@dataclass(frozen=True)
class Storage:
    """Where rejected records go: nowhere, a folder (`path`), or a prefix in a bucket (`bucket` and `path`)."""

    kind: Literal["None", "Local", "S3"] = "None"
    path: str = ""
    bucket: str = ""
    region: str | None = None
    endpoint: str | None = None
    access_key_id: str | None = None
    secret_access_key: str | None = None

    @property
    def place(self) -> str:
        """What to call it in a message."""
        if self.kind == "S3":
            return f"`s3://{'/'.join(filter(None, (self.bucket, self.path)))}`"
        return f"the folder `{self.path}`"


@dataclass(frozen=True)
class Platform:
    """Credentials of mParticle's Platform API."""

    client_id: str
    client_secret: str
    account_id: str


@dataclass(frozen=True)
class Config:
    """The configuration, with every default filled in.

    Options that the Events API needs may be missing where only accounts are written. They are then empty, and
    `environment` is the harmless one.
    """

    api_key: str
    api_secret: str
    pod: str
    environment: Literal["production", "development"]
    streams: tuple[StreamMapping, ...]
    data_plan: DataPlan | None
    max_batches_per_second: int
    grouping: Literal["by_user", "single"]
    skip_rejected: bool
    storage: Storage
    validate_only: bool
    platform: Platform | None
    events_url: str
    api_url: str
    token_url: str
    filled_in: frozenset[str] = field(default=frozenset(), compare=False)
    """The names of the options at the top that are filled in."""

    @property
    def missing_for_events(self) -> tuple[str, ...]:
        """The options that the Events API lacks."""
        return tuple(name for name in EVENTS_API.options if name not in self.filled_in)

    def missing_options(self, api: Api) -> list[str]:
        """Return the options that an API needs and that are not filled in, as messages name them."""
        return [option(name) for name in api.options if name not in self.filled_in]

    def option(self, name: str) -> str:
        """Return how messages name an option at the top of the configuration."""
        return option(name)


def parse_config(raw: Mapping[str, Any]) -> Config:
    """Read a configuration. Raises a `ConfigError` that lists everything that is wrong with it."""
    raw = without_nulls(raw)
    errors = [*_events_errors(raw), *option_errors(raw)]
    if errors:
        raise ConfigError(*errors)
    return Config(
        api_key=raw.get("api_key", ""),
        api_secret=raw.get("api_secret", ""),
        pod=raw.get("pod", ""),
        environment=raw.get("environment", "development"),
        streams=tuple(_stream(entry) for entry in raw.get("streams") or ()),
        data_plan=_data_plan(raw.get("data_plan") or {}),
        max_batches_per_second=int(raw.get("max_batches_per_second", limits.BATCHES_PER_SECOND)),
        grouping=raw.get("grouping") or "by_user",
        skip_rejected=raw.get("on_rejected") == "skip",
        storage=_storage(raw.get("object_storage_config") or {}),
        validate_only=bool(raw.get("validate_only")),
        platform=_platform(raw.get("platform") or {}),
        events_url=_events_url(raw),
        api_url=(raw.get("api_url") or PLATFORM_API_URL).rstrip("/"),
        token_url=raw.get("token_url") or TOKEN_URL,
        filled_in=frozenset(raw),
    )


def _events_errors(raw: Mapping[str, Any]) -> Iterator[str]:
    """Say what the Events API lacks, unless nothing of it is filled in and `platform` is: then accounts are written."""
    pair = [name for name in ("api_key", "api_secret") if name in raw]
    if "platform" in raw and not pair:
        return
    yield from (f"{option(name)} is missing." for name in EVENTS_API.options if name not in raw)
    if not pair:
        yield f"To write nothing but accounts, fill in {option('platform')} instead."


def _events_url(raw: Mapping[str, Any]) -> str:
    """Return the address before `/events`, of which people paste more or less than that."""
    given: str = raw.get("events_url") or EVENTS_URLS.get(raw.get("pod", ""), "")
    url = _ENDPOINT.sub("/v2", given.rstrip("/"))
    return f"{url}/v2" if _HOST_ALONE.fullmatch(url) else url


def _stream(entry: Mapping[str, Any]) -> StreamMapping:
    return StreamMapping(
        stream=entry["stream"],
        namespace=entry.get("namespace") or "",
        object_name=entry["object"],
        operation=entry.get("operation") or None,
        fields=tuple((pair["field"], pair["value"]) for pair in entry.get("fields") or ()),
        unmapped_attributes=entry.get("unmapped") == "attributes",
    )


def _data_plan(raw: Mapping[str, Any]) -> DataPlan | None:
    if not raw:
        return None
    version = raw.get("plan_version")
    return DataPlan(raw["plan_id"], None if version is None else int(version))


def _platform(raw: Mapping[str, Any]) -> Platform | None:
    if not raw:
        return None
    return Platform(raw["client_id"], raw["client_secret"], raw["account_id"])


def _storage(raw: Mapping[str, Any]) -> Storage:
    kind = raw.get("storage_type")
    if kind == "Local":
        return Storage("Local", path=raw["destination_path"])
    if kind != "S3":
        return Storage()
    return Storage(
        "S3",
        path=(raw.get("bucket_path") or "").strip("/"),
        bucket=raw["s3_bucket_name"],
        region=raw.get("s3_bucket_region") or None,
        endpoint=raw.get("s3_endpoint") or None,
        access_key_id=raw.get("access_key_id") or None,
        secret_access_key=raw.get("secret_access_key") or None,
    )
