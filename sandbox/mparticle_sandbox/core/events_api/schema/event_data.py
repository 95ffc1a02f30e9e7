"""The data of an event, by event type.

The schema writes the words of `application_state` and `push_message_behavior` beside a reference, where no validator
reads them, and the reference has the latter as a number: any scalar passes.
"""

from mparticle_sandbox.core.events_api.facts.identities import SCHEMA_IDENTITIES
from mparticle_sandbox.core.events_api.schema.commerce import COMMERCE_FIELDS
from mparticle_sandbox.core.events_api.schema.common import ATTRIBUTES, LOCATION, USER_ATTRIBUTE
from mparticle_sandbox.core.events_api.schema.containers import FieldType, Record, fields
from mparticle_sandbox.core.events_api.schema.device import DEVICE_CURRENT_STATE
from mparticle_sandbox.core.events_api.schema.scalars import ANY, FLAG, GUID, INT64, NAME, NUMBER, TEXT, UINT64, one_of

_COMMON: dict[str, FieldType] = {
    **fields(
        INT64,
        "timestamp_unixtime_ms event_id session_id session_start_unixtime_ms event_start_unixtime_ms event_num",
    ),
    **fields(TEXT, "source_message_id"),
    **fields(GUID, "session_uuid"),
    **fields(FLAG, "is_goal_defined is_main_thread"),
    **fields(NUMBER, "lifetime_value_change"),
    **fields(ANY, "lifetime_value_attribute_name data_connection_type view_controller canonical_name"),
    "custom_attributes": ATTRIBUTES,
    "location": LOCATION,
    "device_current_state": DEVICE_CURRENT_STATE,
    "event_system_notification_info": Record(
        "EventSystemNotificationInfo",
        {"type": one_of("NotificationType", "gdpr_change")},
        present=("type",),
        closed=False,
    ),
}


def _data(own: dict[str, FieldType], *, required: str = "", present: str = "") -> Record:
    return Record(
        "EventData", {**_COMMON, **own}, tuple(required.split()), tuple(present.split()), closed=False, null=False
    )


_IDENTITY = Record(
    "UserIdentity",
    {
        "identity_type": one_of("IdentityType", " ".join(SCHEMA_IDENTITIES)),
        **fields(ANY, "identity"),
        **fields(INT64, "timestamp_unixtime_ms"),
        **fields(FLAG, "created_this_batch"),
    },
    present=("identity_type", "identity", "timestamp_unixtime_ms"),
)

_BREADCRUMB = _data({**fields(INT64, "session_number"), **fields(NAME, "label")}, required="label")

EVENT_DATA: dict[str, Record] = {
    "application_state_transition": _data(
        {
            **fields(FLAG, "successfully_closed is_first_run is_upgrade"),
            **fields(ANY, "push_notification_payload launch_referral"),
            "application_transition_type": one_of(
                "ApplicationTransitionType",
                "application_initialized application_exit application_background application_foreground",
            ),
        },
        required="application_transition_type",
    ),
    "breadcrumb": _BREADCRUMB,
    "commerce_event": _data(COMMERCE_FIELDS),
    "crash_report": _data(
        {
            **fields(ANY, "class_name severity message stack_trace topmost_context pl_crash_report_file_base64"),
            **fields(FLAG, "exception_handled"),
            **fields(UINT64, "ios_image_base_address ios_image_size"),
            **fields(INT64, "session_number"),
        },
        present="severity message",
    ),
    "custom_event": _data(
        {
            # The reference and clients of the live service know two words more than the schema.
            "custom_event_type": one_of(
                "CustomEventType",
                "navigation location search transaction user_content user_preference social other media attribution"
                " unknown",
            ),
            **fields(NAME, "event_name"),
            "custom_flags": ATTRIBUTES,
        },
        required="event_name custom_event_type",
    ),
    "first_run": _data({}),
    "network_performance": _data(
        {
            **fields(TEXT, "http_verb"),
            **fields(NAME, "url"),
            **fields(INT64, "time_elapsed bytes_in bytes_out"),
            # The reference has `response_code` as text, the schema as an integer.
            **fields(ANY, "response_code data"),
        },
        required="url",
        present="response_code",
    ),
    "opt_out": _data(fields(FLAG, "is_opted_out"), present="is_opted_out"),
    # The schema names these two types without saying what their data is.
    "pre_attribution": _data({}),
    "push_reaction": _data({}),
    "profile": _data(
        {
            **fields(INT64, "previous_mpid current_mpid"),
            "profile_event_type": one_of("ProfileEventType", "signup login logout update delete"),
        },
        required="profile_event_type",
        present="previous_mpid current_mpid",
    ),
    "push_message": _data(
        {
            **fields(
                ANY,
                "push_message_token message network push_notification_payload action_identifier application_state"
                " push_message_behavior",
            ),
            "push_message_type": one_of("PushMessageType", "sent received action"),
        },
        required="push_message_type",
        present="push_message_token push_notification_payload",
    ),
    "push_registration": _data(
        {**fields(FLAG, "register"), **fields(NAME, "registration_token")}, required="register registration_token"
    ),
    "screen_view": _data(
        {**fields(NAME, "screen_name"), **fields(ANY, "activity_type"), "custom_flags": ATTRIBUTES},
        required="screen_name",
    ),
    "session_end": _data(fields(INT64, "session_duration_ms"), present="session_duration_ms"),
    "session_start": _data({}),
    "uninstall": _data({}),
    "user_attribute_change": _data(
        {
            **fields(NAME, "user_attribute_name"),
            **fields(USER_ATTRIBUTE, "new old"),
            **fields(FLAG, "deleted is_new_attribute"),
        },
        required="user_attribute_name",
    ),
    "user_identity_change": _data(fields(_IDENTITY, "new old"), present="new old"),
}
