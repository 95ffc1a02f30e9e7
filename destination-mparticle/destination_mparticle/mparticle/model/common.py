"""Scalars and the properties that every event may have."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from destination_mparticle.mparticle.limits import INT64_MAX, INT64_MIN

Int64 = Annotated[int, Meta(ge=INT64_MIN, le=INT64_MAX)] | None
Number = int | float | None
Boolean = bool | None
Scalar = str | bool | int | float | None
Texts = dict[str, Scalar] | None
Uuid = Annotated[str, Meta(pattern=r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\Z")] | None
OptionalText = str | UnsetType

CustomEventType = Literal[
    "navigation",
    "location",
    "search",
    "transaction",
    "user_content",
    "user_preference",
    "social",
    "other",
    "media",
    "attribution",
]


class GeoLocation(Struct, forbid_unknown_fields=True):
    """`location` of an event or of a batch's context."""

    latitude: Number
    longitude: Number
    accuracy: Number = None
    dma_code: Int64 = None
    country_code: Scalar = None
    region_code: Scalar = None
    postal_code: Scalar = None
    location_source: Scalar = None
    city_name: Scalar = None


class DeviceCurrentState(Struct, forbid_unknown_fields=True):
    """`device_current_state` of an event."""

    time_since_start_ms: Int64 = None
    battery_level: Number = None
    data_connection_type: Scalar = None
    data_connection_type_detail: Scalar = None
    gps_state: bool | str | None = None
    total_system_memory_usage_bytes: Int64 = None
    disk_space_free_bytes: Int64 = None
    external_disk_space_free_bytes: Int64 = None
    cpu: Scalar = None
    system_memory_available_bytes: Number = None
    system_memory_low: Boolean = None
    system_memory_threshold_bytes: Number = None
    application_memory_available_bytes: Number = None
    application_memory_max_bytes: Number = None
    application_memory_total_bytes: Number = None
    device_orientation: Scalar = None
    status_bar_orientation: Scalar = None


class EventSystemNotificationInfo(Struct):
    """Marks an event that mParticle made itself."""

    type: Literal["gdpr_change"]


class EventData(Struct):
    """What the `data` of every event may hold. Further properties are let through, as in the schema."""

    timestamp_unixtime_ms: Int64 = None
    event_id: Int64 = None
    source_message_id: OptionalText = UNSET
    session_id: Int64 = None
    session_uuid: Uuid = None
    session_start_unixtime_ms: Int64 = None
    event_start_unixtime_ms: Int64 = None
    custom_attributes: Texts = None
    location: GeoLocation | None = None
    device_current_state: DeviceCurrentState | None = None
    is_goal_defined: Boolean = None
    lifetime_value_change: Number = None
    lifetime_value_attribute_name: Scalar = None
    data_connection_type: Scalar = None
    event_num: Int64 = None
    view_controller: Scalar = None
    is_main_thread: Boolean = None
    canonical_name: Scalar = None
    event_system_notification_info: EventSystemNotificationInfo | None = None
