"""The configuration, parsed: what `spec.json` describes."""

from collections.abc import Mapping
from typing import Any, Final, Literal, cast

from airbyte_cdk.sources.file_based.config.abstract_file_based_spec import AbstractFileBasedSpec
from airbyte_cdk.sources.file_based.config.file_based_stream_config import FileBasedStreamConfig
from airbyte_cdk.sources.file_based.config.jsonl_format import JsonlFormat
from pydantic.v1 import AnyUrl, BaseModel, Field

from source_mparticle_exports.records.streams import STREAMS

DEFAULT_WORKERS: Final = 4
_DOCUMENTATION: Final = "https://docs.airbyte.com/integrations/sources/mparticle-exports"


class LocalStorage(BaseModel):
    """A folder of this machine."""

    storage_type: Literal["Local"]
    path: str


class S3Storage(BaseModel):
    """A bucket of Amazon S3, or of a service that speaks the same protocol."""

    storage_type: Literal["S3"]
    s3_bucket_name: str
    s3_bucket_region: str | None = None
    bucket_path: str = ""
    access_key_id: str | None = None
    secret_access_key: str | None = None
    role_arn: str | None = None
    s3_endpoint: str | None = None


class GcsStorage(BaseModel):
    """A bucket of Google Cloud Storage."""

    storage_type: Literal["GCS"]
    bucket_name: str
    bucket_path: str = ""
    service_account_json: str | None = None


class AzureStorage(BaseModel):
    """A container of Azure Blob Storage."""

    storage_type: Literal["Azure"]
    account_name: str
    container_name: str
    blob_path: str = ""
    account_key: str | None = None
    sas_token: str | None = None


StorageConfig = LocalStorage | S3Storage | GcsStorage | AzureStorage

_STORAGES: Final[Mapping[str, type[StorageConfig]]] = {
    "Local": LocalStorage,
    "S3": S3Storage,
    "GCS": GcsStorage,
    "Azure": AzureStorage,
}


def _stream_config(name: str) -> FileBasedStreamConfig:
    # The format is only what the CDK finds the parser by.
    return FileBasedStreamConfig.parse_obj(
        {"name": name, "format": {"filetype": JsonlFormat.__fields__["filetype"].default}}
    )


class ExportsConfig(AbstractFileBasedSpec):
    """The whole configuration. The streams are not the user's to configure: they are those of this connector."""

    storage: dict[str, Any]
    app_names: list[str] = Field(default_factory=list)
    num_workers: int = DEFAULT_WORKERS
    on_broken_line: Literal["fail", "skip"] = "fail"
    streams: list[FileBasedStreamConfig] = Field(default_factory=lambda: [_stream_config(name) for name in STREAMS])

    @classmethod
    def documentation_url(cls) -> AnyUrl:
        """Return the address of the connector's page."""
        return cast("AnyUrl", _DOCUMENTATION)

    @property
    def storage_config(self) -> StorageConfig:
        """Where the exports lie. Raises pydantic's `ValidationError` where a required name is missing."""
        return _STORAGES[self.storage["storage_type"]].parse_obj(self.storage)

    @property
    def chosen_apps(self) -> frozenset[str]:
        """The apps whose files are read. None means all."""
        return frozenset(self.app_names)

    def limited_to(self, names: frozenset[str]) -> "ExportsConfig":
        """Return the configuration with these streams alone."""
        return self.copy(update={"streams": [stream for stream in self.streams if stream.name in names]})
