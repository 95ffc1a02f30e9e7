"""Helper of the tests: responses as mParticle documents them, and reads of the source against them."""

from typing import Any

from airbyte_cdk.models import SyncMode
from airbyte_cdk.test.catalog_builder import CatalogBuilder
from airbyte_cdk.test.entrypoint_wrapper import EntrypointOutput, read

from source_mparticle import SourceMparticle

Config = dict[str, Any]
API = "https://api.test.example"
TOKEN_URL = "https://sso.test.example/oauth/token"
WORKSPACES = f"{API}/v1/workspace"
AUDIENCES = f"{API}/v1/audiences"
ACCOUNTS = f"{API}/v1/accounts"


def attributes(workspace_id: int) -> str:
    """The address of a workspace's calculated attributes."""
    return f"{API}/platform/v2/workspaces/{workspace_id}/calculatedattributes"


def token_response(token: str = "a-token", expires_in: float = 28800) -> dict[str, Any]:
    return {"access_token": token, "expires_in": expires_in, "token_type": "Bearer"}


def envelope(*records: dict[str, Any], errors: list[dict[str, str]] | None = None) -> dict[str, Any]:
    return {"data": list(records), "dataType": "thing", "errors": errors}


def account(**changes: Any) -> dict[str, Any]:
    record = {
        "id": 1201,
        "name": "North Region",
        "data_type": "account",
        "created_on": "2022-01-17T14:03:55.907",
        "last_modified_on": "2024-05-02T09:11:08.25",
    }
    return record | changes


def workspace(**changes: Any) -> dict[str, Any]:
    record = {"id": "5318", "name": "Trips Prod", "data_type": "workspace", "created_on": "2021-07-14T13:05:40"}
    return record | changes


def audience(**changes: Any) -> dict[str, Any]:
    record = {
        "id": 9140,
        "name": "Lapsed Buyers",
        "external_name": "lapsed_buyers",
        "size": 8123,
        "status": "active",
        "is_calculated": True,
        "added_last_24_hours": 31,
        "dropped_last_24_hours": 12,
        "created_by": "kpatel",
        "last_modified_by": "kpatel",
        "last_modified_on": "2024-03-21T06:40:19.203",
        "workspaces": [
            {"id": 5318, "name": "Trips Prod", "data_type": "workspace", "created_on": "2021-07-14T13:05:40"}
        ],
        "connected_outputs": [
            {"provider_name": "AdNet", "configurations": [{"name": "Prod"}], "data_type": "audience_output"}
        ],
        "data_type": "audience",
    }
    return record | changes


def calculated_attribute(**changes: Any) -> dict[str, Any]:
    record = {
        "id": 905,
        "name": "orders_90d",
        "description": "Orders in 90 days",
        "created_by": "dev@example.com",
        "created_on": "2024-09-02T09:58:13.42",
        "last_modified_by": "dev@example.com",
        "last_modified_on": "2024-11-28T11:20:36.907",
        "active_definition": {
            "recipe_type": "event",
            "datapoint": {"type": "event", "event_name": "Purchase", "use_product_quantity": False},
            "calculation_type": "count",
            "time_period": {"type": "within", "within": 90, "within_unit": "days"},
        },
        "audience_count": 2,
        "activated_on": "2024-11-29T08:00:05.318Z",
        "activated_by": "dev@example.com",
    }
    return record | changes


def read_streams(
    config: Config,
    *streams: str,
    sync_mode: SyncMode = SyncMode.full_refresh,
    state: list[Any] | None = None,
    fails: bool = False,
    debug: bool = False,
    source: SourceMparticle | None = None,
) -> EntrypointOutput:
    """Run a read as the platform would; an unexpected failure, or an unexpected success, is an error of the test.

    Without a `source` it is built as the command line does, with all that it reads.
    """
    builder = CatalogBuilder()
    for stream in streams:
        builder = builder.with_stream(stream, sync_mode)
    catalog = builder.build()
    source = source or SourceMparticle(catalog=catalog, config=config, state=state)
    return read(source, config, catalog, state, expecting_exception=fails, debug=debug)


def rows(output: EntrypointOutput, stream: str) -> list[dict[str, Any]]:
    records = [message.record for message in output.records if message.record]
    return [record.data for record in records if record.stream == stream]


def failure(output: EntrypointOutput) -> tuple[str, str]:
    """The class and the sentence of the failure that the user sees first."""
    errors = errors_of(output)
    assert errors, "the read did not fail: there is no error trace"
    error = errors[0]
    return str(error.failure_type.value), str(error.message)


def errors_of(output: EntrypointOutput) -> list[Any]:
    """The errors in the trace messages."""
    return [message.trace.error for message in output.errors if message.trace]


def stream_errors(output: EntrypointOutput, stream: str) -> list[Any]:
    """The errors that name this stream."""
    errors = errors_of(output)
    return [error for error in errors if error.stream_descriptor and error.stream_descriptor.name == stream]


def log_lines(output: EntrypointOutput) -> list[str]:
    return [message.log.message for message in output.logs if message.log]
