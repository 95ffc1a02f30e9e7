"""What batches and events of several types share."""

from mparticle_sandbox.core.events_api.facts.limits import USER_ATTRIBUTE_LIST_ENTRIES
from mparticle_sandbox.core.events_api.schema.containers import Either, ListOf, MapOf, Record, fields
from mparticle_sandbox.core.events_api.schema.scalars import ANY, INT64, NUMBER

ATTRIBUTES = MapOf(ANY)

USER_ATTRIBUTE = Either(ANY, ListOf(ANY, most=USER_ATTRIBUTE_LIST_ENTRIES))

LOCATION = Record(
    "GeoLocation",
    {
        **fields(NUMBER, "latitude longitude accuracy"),
        **fields(INT64, "dma_code"),
        **fields(ANY, "country_code region_code postal_code location_source city_name"),
    },
    present=("latitude", "longitude"),
)
