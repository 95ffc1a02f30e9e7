"""The configuration: checked against the specification, then read once into types.

Every problem is reported, each as one sentence that does not repeat the value, since values may be secrets.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final, Literal

from jsonschema import Draft7Validator
from jsonschema.exceptions import ValidationError

from destination_mparticle import limits
from destination_mparticle.errors import config_error

_EVENTS_URLS: Final = {
    "US1": "https://s2s.us1.mparticle.com/v2",
    "US2": "https://s2s.us2.mparticle.com/v2",
    "EU1": "https://s2s.eu1.mparticle.com/v2",
    "AU1": "https://s2s.au1.mparticle.com/v2",
}
_TOKEN_URL: Final = "https://sso.auth.mparticle.com/oauth/token"  # noqa: S105 - an address
_API_URL: Final = "https://api.mparticle.com"


@dataclass(frozen=True)
class StreamMapping:
    """How the user maps one stream. `fields` are pairs of a field's name and a template."""

    stream: str
    namespace: str
    object_name: str
    operation: str | None
    fields: tuple[tuple[str, str], ...]
    unmapped_attributes: bool


@dataclass(frozen=True)
class DataPlan:
    """The plan that batches name, so that mParticle can check them. No version means the latest."""

    plan_id: str
    plan_version: int | None


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


@dataclass(frozen=True)
class Platform:
    """Credentials of mParticle's Platform API."""

    client_id: str
    client_secret: str
    account_id: str


@dataclass(frozen=True)
class Config:
    """The configuration, with every default filled in."""

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


def specification() -> dict[str, Any]:
    """Return the connector's specification, as `spec` prints it."""
    text = resources.files("destination_mparticle").joinpath("spec.json").read_text("utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def parse_config(raw: Mapping[str, Any]) -> Config:
    """Read a configuration. Raises a config error that lists everything that is wrong with it."""
    problems = sorted(set(_problems(raw)))
    if problems:
        raise config_error(*problems)
    return Config(
        api_key=raw["api_key"],
        api_secret=raw["api_secret"],
        pod=raw["pod"],
        environment=raw["environment"],
        streams=tuple(_stream(entry) for entry in raw.get("streams") or ()),
        data_plan=_data_plan(raw.get("data_plan") or {}),
        max_batches_per_second=raw.get("max_batches_per_second") or limits.BATCHES_PER_SECOND,
        grouping=raw.get("grouping") or "by_user",
        skip_rejected=raw.get("on_rejected") == "skip",
        storage=_storage(raw.get("object_storage_config") or {}),
        validate_only=bool(raw.get("validate_only")),
        platform=_platform(raw.get("platform") or {}),
        events_url=(raw.get("events_url") or _EVENTS_URLS[raw["pod"]]).rstrip("/"),
        api_url=(raw.get("api_url") or _API_URL).rstrip("/"),
        token_url=raw.get("token_url") or _TOKEN_URL,
    )


def secrets(raw: object) -> Iterator[str]:
    """Every secret in a configuration, wherever it stands, so that logs can mask it."""
    if isinstance(raw, Mapping):
        for name, value in raw.items():
            if name in _SECRET_NAMES and isinstance(value, str) and value:
                yield value
            else:
                yield from secrets(value)
    elif isinstance(raw, list):
        for value in raw:
            yield from secrets(value)


def _secret_names(schema: object) -> Iterator[str]:
    if isinstance(schema, Mapping):
        for name, value in schema.items():
            if isinstance(value, Mapping) and value.get("airbyte_secret") is True:
                yield name
            yield from _secret_names(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _secret_names(value)


_SECRET_NAMES: Final = frozenset(_secret_names(specification()))


def _problems(raw: Mapping[str, Any]) -> Iterator[str]:
    schema = specification()["connectionSpecification"]
    for error in Draft7Validator(schema).iter_errors(raw):
        yield from _sentences(error)


def _sentences(error: ValidationError) -> Iterator[str]:
    where = ".".join(str(step) for step in error.absolute_path) or "the configuration"
    expected: Any = error.validator_value
    schema: Any = error.schema
    instance: Any = error.instance
    if error.validator == "oneOf":
        yield from _branch_sentences(error, where)
    elif error.validator == "required":
        yield from (f"`{name}` is missing in {where}." for name in expected if name not in instance)
    elif error.validator == "enum":
        yield f"`{where}` must be one of {', '.join(str(word) for word in expected)}."
    elif error.validator == "pattern":
        yield f"`{where}` must look like this: {schema.get('pattern_descriptor', expected)}."
    elif error.validator == "type":
        yield f"`{where}` must be of type {expected}."
    elif error.validator == "minLength":
        yield f"`{where}` must not be empty."
    else:
        yield f"`{where}` breaks the rule {error.validator} {expected}."


def _branch_sentences(error: ValidationError, where: str) -> Iterator[str]:
    """Yield the problems of the branch that `storage_type` chose, else of `storage_type` itself."""
    instance: Any = error.instance
    branches: Any = error.validator_value
    kinds = [branch["properties"]["storage_type"]["const"] for branch in branches]
    kind = instance.get("storage_type") if isinstance(instance, Mapping) else None
    if kind not in kinds:
        yield f"`{where}.storage_type` must be one of {', '.join(kinds)}."
        return
    for inner in error.context or ():
        if inner.schema_path[0] == kinds.index(kind):
            yield from _sentences(inner)


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
    return DataPlan(raw["plan_id"], raw.get("plan_version")) if raw.get("plan_id") else None


def _platform(raw: Mapping[str, Any]) -> Platform | None:
    if not raw:
        return None
    return Platform(raw["client_id"], raw["client_secret"], str(raw["account_id"]))


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
