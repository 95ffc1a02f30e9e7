"""One batch: its own fields, and its events."""

from mparticle_sandbox.core.events_api.facts.identities import IDENTITIES
from mparticle_sandbox.core.events_api.facts.limits import EVENTS_PER_BATCH
from mparticle_sandbox.core.events_api.schema.common import ATTRIBUTES, LOCATION, USER_ATTRIBUTE
from mparticle_sandbox.core.events_api.schema.containers import ListOf, MapOf, Record, fields
from mparticle_sandbox.core.events_api.schema.device import APPLICATION_INFO, DEVICE_INFO
from mparticle_sandbox.core.events_api.schema.event import EVENT
from mparticle_sandbox.core.events_api.schema.scalars import ANY, FLAG, GUID, INT64, IP, NAME, TEXT, one_of

ENVIRONMENTS = ("development", "production")

_PURPOSE = Record(
    "ConsentPurpose",
    {
        **fields(ANY, "regulation document location hardware_id"),
        **fields(FLAG, "consented"),
        **fields(INT64, "timestamp_unixtime_ms"),
    },
    required=("consented", "timestamp_unixtime_ms"),
)

_CONTEXT = Record(
    "BatchContext",
    {
        "data_plan": Record(
            "DataPlanContext",
            {**fields(NAME, "plan_id"), **fields(INT64, "plan_version")},
            required=("plan_id",),
        ),
        "location": LOCATION,
    },
    closed=False,
)

_SOURCE_INFO = Record(
    "SourceInformation",
    {
        # The reference knows one word more than the schema.
        "channel": one_of("SourceChannel", "native javascript pixel desktop partner server_to_server unknown"),
        **fields(ANY, "partner replay_request_id replay_job_id"),
        **fields(FLAG, "is_historical"),
    },
    present=("channel",),
)

_ATTRIBUTION_INFO = Record(
    "AttributionInfo",
    fields(ANY, "service_provider publisher campaign"),
    present=("service_provider", "publisher", "campaign"),
)

BATCH = Record(
    "Batch",
    {
        "events": ListOf(EVENT, most=EVENTS_PER_BATCH),
        "environment": one_of("Environment", " ".join(ENVIRONMENTS)),
        "user_identities": Record("UserIdentities", fields(ANY, " ".join(IDENTITIES))),
        "user_attributes": MapOf(USER_ATTRIBUTE),
        "deleted_user_attributes": ListOf(TEXT),
        "device_info": DEVICE_INFO,
        "application_info": APPLICATION_INFO,
        "consent_state": Record("ConsentState", fields(MapOf(_PURPOSE, null=False), "gdpr ccpa")),
        "integration_attributes": MapOf(ATTRIBUTES),
        "partner_identities": ATTRIBUTES,
        "context": _CONTEXT,
        "source_info": _SOURCE_INFO,
        "attribution_info": _ATTRIBUTION_INFO,
        "api_keys": ListOf(TEXT),
        "ip": IP,
        "mp_deviceid": GUID,
        **fields(ANY, "source_request_id api_key partner_identity sdk_version job_id"),
        # The schema lacks `schema_version`, which mParticle's own examples send and the service takes.
        **fields(INT64, "mpid origin_mpid batch_id timestamp_unixtime_ms schema_version"),
    },
)
