"""`device_info`, `application_info` and `device_current_state`.

The schema writes the words of `os` and of the orientations beside a reference, where no validator reads them, and
mParticle's own sample has another one: any scalar passes.
"""

from mparticle_sandbox.core.events_api.schema.common import ATTRIBUTES
from mparticle_sandbox.core.events_api.schema.containers import MapOf, Record, fields
from mparticle_sandbox.core.events_api.schema.scalars import ANY, FLAG, GUID, INT64, NUMBER, one_of

DEVICE_INFO = Record(
    "DeviceInformation",
    {
        **fields(
            ANY,
            "brand product device android_uuid device_manufacturer os_version device_model device_country"
            " locale_language locale_country network_country network_carrier network_code network_mobile_country_code"
            " build_identifier http_header_user_agent push_token cpu_architecture radio_access_technology"
            " bluetooth_version build_version_release amp_id microsoft_advertising_id microsoft_publisher_id",
        ),
        **fields(
            GUID,
            "ios_advertising_id ios_idfv android_advertising_id roku_advertising_id roku_publisher_id"
            " fire_advertising_id",
        ),
        **fields(INT64, "screen_height screen_width screen_dpi timezone_offset att_timestamp_unixtime_ms"),
        **fields(
            FLAG,
            "is_tablet push_notification_sound_enabled push_notification_vibrate_enabled supports_telephony has_nfc"
            " bluetooth_enabled limit_ad_tracking is_dst",
        ),
        "platform": one_of("DevicePlatform", "iOS Android web tvOS roku out_of_band alexa smart_tv fire_tv xbox"),
        "att_authorization_status": one_of("AttStatus", "authorized denied not_determined restricted"),
    },
)

APPLICATION_INFO = Record(
    "ApplicationInformation",
    {
        **fields(ANY, "application_name application_version application_build_number install_referrer package os"),
        "apple_search_ads_attributes": MapOf(ATTRIBUTES),
    },
)

DEVICE_CURRENT_STATE = Record(
    "DeviceCurrentState",
    {
        # The reference has `gps_state` as text, the schema as a boolean.
        **fields(
            ANY,
            "data_connection_type data_connection_type_detail cpu gps_state device_orientation status_bar_orientation",
        ),
        **fields(
            INT64,
            "time_since_start_ms total_system_memory_usage_bytes disk_space_free_bytes external_disk_space_free_bytes",
        ),
        **fields(
            NUMBER,
            "battery_level system_memory_available_bytes system_memory_threshold_bytes"
            " application_memory_available_bytes application_memory_max_bytes application_memory_total_bytes",
        ),
        **fields(FLAG, "system_memory_low"),
    },
)
