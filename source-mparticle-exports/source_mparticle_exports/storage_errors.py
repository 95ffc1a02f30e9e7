"""What is said where a storage cannot be listed or read."""

import asyncio
from collections.abc import Mapping
from typing import Final

from airbyte_cdk.models import FailureType
from airbyte_cdk.utils import AirbyteTracedException
from airbyte_cdk.utils.airbyte_secrets_utils import filter_secrets

from source_mparticle_exports.config import AzureStorage, GcsStorage, LocalStorage, S3Storage, StorageConfig

# By name: most of these are of packages that need not be installed.
_OF_THE_CONFIGURATION: Final = frozenset(
    {
        *("FileNotFoundError", "PermissionError", "NotADirectoryError"),
        # Amazon, Google, Azure.
        *("NoCredentialsError", "PartialCredentialsError", "InvalidRegionError", "ParamValidationError"),
        *("DefaultCredentialsError", "MalformedError", "RefreshError"),
        *("ClientAuthenticationError", "ResourceNotFoundError", "CredentialUnavailableError"),
    }
)
_DENIED: Final = frozenset({400, 401, 403, 404})
# gcsfs has no other word for a 403 and for some of 400. The next line says why.
_DENIED_BY_GOOGLE: Final = ("Forbidden", "Bad Request")
_OPTIONS: Final[Mapping[type[StorageConfig], tuple[str, ...]]] = {
    LocalStorage: ("Path (`path`)",),
    S3Storage: (
        "S3 Bucket Name (`s3_bucket_name`)",
        "Path in the Bucket (`bucket_path`)",
        "S3 Bucket Region (`s3_bucket_region`)",
        "Access Key ID (`access_key_id`)",
        "Secret Access Key (`secret_access_key`)",
        "Role ARN (`role_arn`)",
        "S3 Endpoint (`s3_endpoint`)",
    ),
    GcsStorage: (
        "Bucket Name (`bucket_name`)",
        "Path in the Bucket (`bucket_path`)",
        "Service Account Key (`service_account_json`)",
    ),
    AzureStorage: (
        "Account Name (`account_name`)",
        "Container Name (`container_name`)",
        "Path in the Container (`blob_path`)",
        "Account Key (`account_key`)",
        "SAS Token (`sas_token`)",
    ),
}
_LONGEST: Final = 300


def storage_error(error: Exception, config: StorageConfig, doing: str) -> AirbyteTracedException:
    """Return an error that says what could not be done, why, and which options have to do with it.

    `doing` is such as `list the exports`. The error is the configuration's where that may be wrong, else it may pass.
    """
    is_configuration = _is_of_the_configuration(error)
    *others, last = _OPTIONS[type(config)]
    options = f"{', '.join(others)} and {last}" if others else last
    advice = f"Check {options}." if is_configuration else f"Try again later. If it stays so, check {options}."
    message = f"The storage did not let this connector {doing} ({_reason(error)}). {advice}"
    return AirbyteTracedException(
        message=message,
        internal_message=message,
        failure_type=FailureType.config_error if is_configuration else FailureType.transient_error,
        exception=error,
    )


def _is_of_the_configuration(error: Exception) -> bool:
    if any(kind.__name__ in _OF_THE_CONFIGURATION for kind in type(error).__mro__):
        return True
    status = getattr(error, "code", None) or getattr(error, "status_code", None)
    return status in _DENIED or str(error).startswith(_DENIED_BY_GOOGLE)


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "FileNotFoundError: it does not exist, or nothing is in it"
    if isinstance(error, asyncio.TimeoutError | TimeoutError) and not str(error):
        return f"{type(error).__name__}: it took too long"
    first_line, *more = str(error).splitlines() or [""]
    said = more[0] if more and first_line.startswith(_DENIED_BY_GOOGLE) else first_line
    return f"{type(error).__name__}: {filter_secrets(said)[:_LONGEST]}".rstrip(": .")


def config_error(message: str) -> AirbyteTracedException:
    """Return an error that the user can mend."""
    return AirbyteTracedException(message=message, internal_message=message, failure_type=FailureType.config_error)
