"""Every kind of event but commerce."""

from typing import Literal

from msgspec import UNSET, Struct

from destination_mparticle.mparticle.model.commerce import CommerceEvent
from destination_mparticle.mparticle.model.common import (
    Boolean,
    CustomEventType,
    EventData,
    Int64,
    OptionalText,
    Scalar,
    Texts,
)


class CustomEventData(EventData, kw_only=True):
    """`data` of a custom event."""

    custom_event_type: CustomEventType
    event_name: str
    custom_flags: Texts = None


class ScreenViewData(EventData, kw_only=True):
    """`data` of a screen view."""

    screen_name: str
    activity_type: Scalar = None
    custom_flags: Texts = None


class SessionEndData(EventData, kw_only=True):
    """`data` of a session's end."""

    session_duration_ms: Int64


class OptOutData(EventData, kw_only=True):
    """`data` of an opt-out."""

    is_opted_out: Boolean


class PushRegistrationData(EventData, kw_only=True):
    """`data` of a push registration."""

    register: Boolean
    registration_token: str


class ApplicationStateTransitionData(EventData, kw_only=True):
    """`data` of an application's change of state."""

    application_transition_type: Literal[
        "application_initialized", "application_exit", "application_background", "application_foreground"
    ]
    successfully_closed: Boolean = None
    is_first_run: Boolean = None
    is_upgrade: Boolean = None
    push_notification_payload: Scalar = None
    launch_referral: Scalar = None


class PushMessageData(EventData, kw_only=True):
    """`data` of a push message."""

    push_message_token: Scalar
    push_message_type: Literal["sent", "received", "action"]
    push_notification_payload: Scalar
    message: Scalar = None
    network: Scalar = None
    application_state: Scalar = None
    action_identifier: Scalar = None
    push_message_behavior: Scalar = None


class NetworkPerformanceData(EventData, kw_only=True):
    """`data` of a network measurement. The reference calls `response_code` text, the schema an integer."""

    url: str
    response_code: str | int | None
    http_verb: OptionalText = UNSET
    time_elapsed: Int64 = None
    bytes_in: Int64 = None
    bytes_out: Int64 = None
    data: Scalar = None


class BreadcrumbData(EventData, kw_only=True):
    """`data` of a breadcrumb."""

    label: str
    session_number: Int64 = None


class ProfileData(EventData, kw_only=True):
    """`data` of a profile event."""

    previous_mpid: Int64
    current_mpid: Int64
    profile_event_type: Literal["signup", "login", "logout", "update", "delete"]


class UserAttributeChangeData(EventData, kw_only=True):
    """`data` of an attribute change."""

    user_attribute_name: str
    new: Scalar | list[Scalar] = None
    old: Scalar | list[Scalar] = None
    deleted: Boolean = None
    is_new_attribute: Boolean = None


IdentityType = Literal[
    "other",
    "customer_id",
    "facebook",
    "twitter",
    "google",
    "microsoft",
    "yahoo",
    "email",
    "alias",
    "facebook_custom_audience_id",
    "other_id_2",
    "other_id_3",
    "other_id_4",
    "other_id_5",
    "other_id_6",
    "other_id_7",
    "other_id_8",
    "other_id_9",
    "other_id_10",
    "mobile_number",
    "phone_number_2",
    "phone_number_3",
]


class UserIdentity(Struct, forbid_unknown_fields=True):
    """One side of an identity change."""

    identity_type: IdentityType
    identity: Scalar
    timestamp_unixtime_ms: Int64
    created_this_batch: Boolean = None


class UserIdentityChangeData(EventData, kw_only=True):
    """`data` of an identity change."""

    new: UserIdentity | None
    old: UserIdentity | None


class CustomEvent(Struct, tag_field="event_type", tag="custom_event", forbid_unknown_fields=True):
    """Something that the sender has a name for."""

    data: CustomEventData


class ScreenViewEvent(Struct, tag_field="event_type", tag="screen_view"):
    """A screen or page seen."""

    data: ScreenViewData


class SessionStartEvent(Struct, tag_field="event_type", tag="session_start"):
    """A session begins."""

    data: EventData


class SessionEndEvent(Struct, tag_field="event_type", tag="session_end"):
    """A session ends."""

    data: SessionEndData


class FirstRunEvent(Struct, tag_field="event_type", tag="first_run", forbid_unknown_fields=True):
    """An application runs for the first time."""

    data: EventData


class UninstallEvent(Struct, tag_field="event_type", tag="uninstall"):
    """An application is removed."""

    data: EventData


class OptOutEvent(Struct, tag_field="event_type", tag="opt_out"):
    """A user opts out or in."""

    data: OptOutData


class PushRegistrationEvent(Struct, tag_field="event_type", tag="push_registration"):
    """A device can, or can no longer, be reached by push."""

    data: PushRegistrationData


class ApplicationStateTransitionEvent(
    Struct, tag_field="event_type", tag="application_state_transition", forbid_unknown_fields=True
):
    """An application starts, stops or changes place."""

    data: ApplicationStateTransitionData


class PushMessageEvent(Struct, tag_field="event_type", tag="push_message"):
    """A push message is sent, received or acted upon."""

    data: PushMessageData


class NetworkPerformanceEvent(Struct, tag_field="event_type", tag="network_performance"):
    """A network call, measured."""

    data: NetworkPerformanceData


class BreadcrumbEvent(Struct, tag_field="event_type", tag="breadcrumb", forbid_unknown_fields=True):
    """A mark left for a crash report."""

    data: BreadcrumbData


class CrashReportData(EventData, kw_only=True):
    """`data` of a crash report."""

    severity: Scalar
    message: Scalar
    breadcrumbs: list[BreadcrumbEvent] | None = None
    class_name: Scalar = None
    stack_trace: Scalar = None
    exception_handled: Boolean = None
    topmost_context: Scalar = None
    pl_crash_report_file_base64: Scalar = None
    ios_image_base_address: int | None = None
    ios_image_size: int | None = None
    session_number: Int64 = None


class CrashReportEvent(Struct, tag_field="event_type", tag="crash_report"):
    """An application crashed."""

    data: CrashReportData


class ProfileEvent(Struct, tag_field="event_type", tag="profile"):
    """A profile is opened, closed or changed."""

    data: ProfileData


class UserAttributeChangeEvent(Struct, tag_field="event_type", tag="user_attribute_change"):
    """A user attribute changed."""

    data: UserAttributeChangeData


class UserIdentityChangeEvent(Struct, tag_field="event_type", tag="user_identity_change"):
    """A user identity changed."""

    data: UserIdentityChangeData


Event = (
    CustomEvent
    | ScreenViewEvent
    | CommerceEvent
    | SessionStartEvent
    | SessionEndEvent
    | FirstRunEvent
    | UninstallEvent
    | OptOutEvent
    | PushRegistrationEvent
    | ApplicationStateTransitionEvent
    | PushMessageEvent
    | NetworkPerformanceEvent
    | BreadcrumbEvent
    | CrashReportEvent
    | ProfileEvent
    | UserAttributeChangeEvent
    | UserIdentityChangeEvent
)
