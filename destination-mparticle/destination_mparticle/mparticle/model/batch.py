"""The batch: one user, their attributes, and their events."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from destination_mparticle.mparticle.model.common import (
    Boolean,
    GeoLocation,
    Int64,
    OptionalText,
    Scalar,
    Texts,
    Uuid,
)
from destination_mparticle.mparticle.model.events import Event


class UserIdentities(Struct, forbid_unknown_fields=True):
    """`user_identities`: at most one identity of each type."""

    other: Scalar = None
    customer_id: Scalar = None
    facebook: Scalar = None
    twitter: Scalar = None
    google: Scalar = None
    microsoft: Scalar = None
    yahoo: Scalar = None
    email: Scalar = None
    alias: Scalar = None
    facebook_custom_audience_id: Scalar = None
    other_id_2: Scalar = None
    other_id_3: Scalar = None
    other_id_4: Scalar = None
    other_id_5: Scalar = None
    other_id_6: Scalar = None
    other_id_7: Scalar = None
    other_id_8: Scalar = None
    other_id_9: Scalar = None
    other_id_10: Scalar = None
    mobile_number: Scalar = None
    phone_number_2: Scalar = None
    phone_number_3: Scalar = None


class DeviceInfo(Struct, forbid_unknown_fields=True):
    """`device_info`: the device and its identities."""

    brand: Scalar = None
    product: Scalar = None
    device: Scalar = None
    android_uuid: Scalar = None
    device_manufacturer: Scalar = None
    platform: (
        Literal["iOS", "Android", "web", "tvOS", "roku", "out_of_band", "alexa", "smart_tv", "fire_tv", "xbox"]
        | UnsetType
    ) = UNSET
    os_version: Scalar = None
    device_model: Scalar = None
    screen_height: Int64 = None
    screen_width: Int64 = None
    screen_dpi: Int64 = None
    device_country: Scalar = None
    locale_language: Scalar = None
    locale_country: Scalar = None
    network_country: Scalar = None
    network_carrier: Scalar = None
    network_code: Scalar = None
    network_mobile_country_code: Scalar = None
    timezone_offset: Int64 = None
    build_identifier: Scalar = None
    http_header_user_agent: Scalar = None
    ios_advertising_id: Uuid = None
    att_authorization_status: Literal["authorized", "denied", "not_determined", "restricted"] | UnsetType = UNSET
    att_timestamp_unixtime_ms: Int64 = None
    push_token: Scalar = None
    cpu_architecture: Scalar = None
    is_tablet: Boolean = None
    push_notification_sound_enabled: Boolean = None
    push_notification_vibrate_enabled: Boolean = None
    radio_access_technology: Scalar = None
    supports_telephony: Boolean = None
    has_nfc: Boolean = None
    bluetooth_enabled: Boolean = None
    bluetooth_version: Scalar = None
    ios_idfv: Uuid = None
    android_advertising_id: Uuid = None
    build_version_release: Scalar = None
    limit_ad_tracking: Boolean = None
    amp_id: Scalar = None
    is_dst: Boolean = None
    roku_advertising_id: Uuid = None
    roku_publisher_id: Uuid = None
    microsoft_advertising_id: Scalar = None
    microsoft_publisher_id: Scalar = None
    fire_advertising_id: Uuid = None


class ApplicationInfo(Struct, forbid_unknown_fields=True):
    """`application_info`: the application that the user used."""

    application_name: Scalar = None
    application_version: Scalar = None
    application_build_number: Scalar = None
    install_referrer: Scalar = None
    package: Scalar = None
    os: Scalar = None
    apple_search_ads_attributes: dict[str, dict[str, Scalar]] | None = None


class Consent(Struct, forbid_unknown_fields=True):
    """What a user agreed to or refused, and when."""

    consented: Boolean
    timestamp_unixtime_ms: Int64
    regulation: Scalar = None
    document: Scalar = None
    location: Scalar = None
    hardware_id: Scalar = None


class ConsentState(Struct, forbid_unknown_fields=True):
    """`consent_state`: by regulation and purpose."""

    gdpr: dict[str, Consent] | UnsetType = UNSET
    ccpa: dict[str, Consent] | UnsetType = UNSET


class DataPlanReference(Struct, forbid_unknown_fields=True):
    """The plan that a batch is checked against. No version means the latest."""

    plan_id: str
    plan_version: Int64 = None


class Context(Struct):
    """`context`. Further properties are let through, as in the schema."""

    data_plan: DataPlanReference | None = None
    location: GeoLocation | None = None


class AttributionInfo(Struct, forbid_unknown_fields=True):
    """`attribution_info`: where an install came from."""

    service_provider: Scalar
    publisher: Scalar
    campaign: Scalar


class BatchModel(Struct, kw_only=True, forbid_unknown_fields=True):
    """What is sent. Properties that mParticle sets itself (`batch_id` and the like) are not among them."""

    environment: Literal["development", "production"]
    events: list[Event] | None = None
    source_request_id: Scalar = None
    user_identities: UserIdentities | None = None
    user_attributes: dict[str, Scalar | list[Scalar]] | None = None
    deleted_user_attributes: list[str] | None = None
    device_info: DeviceInfo | None = None
    application_info: ApplicationInfo | None = None
    consent_state: ConsentState | None = None
    integration_attributes: dict[str, dict[str, Scalar]] | None = None
    partner_identity: Scalar = None
    partner_identities: Texts = None
    attribution_info: AttributionInfo | None = None
    context: Context | None = None
    mpid: Int64 = None
    mp_deviceid: Uuid = None
    ip: OptionalText | None = None
