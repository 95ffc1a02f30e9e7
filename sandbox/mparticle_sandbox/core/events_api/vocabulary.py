"""The words of mParticle's published Events API schema and JSON reference."""

EVENT_TYPES = frozenset({
    "application_state_transition", "breadcrumb", "commerce_event", "crash_report", "custom_event", "first_run",
    "network_performance", "opt_out", "pre_attribution", "profile", "push_message", "push_reaction",
    "push_registration", "screen_view", "session_end", "session_start", "uninstall", "user_attribute_change",
    "user_identity_change",
})  # fmt: skip

CUSTOM_EVENT_TYPES = frozenset({
    "attribution", "location", "media", "navigation", "other", "search", "social", "transaction", "unknown",
    "user_content", "user_preference",
})  # fmt: skip

PRODUCT_ACTIONS = frozenset({
    "add_to_cart", "add_to_wishlist", "checkout", "checkout_option", "click", "purchase", "refund",
    "remove_from_cart", "remove_from_wish_list", "view_detail",
})  # fmt: skip

PROMOTION_ACTIONS = frozenset({"click", "view"})
PUSH_MESSAGE_TYPES = frozenset({"action", "received", "sent"})
PROFILE_EVENT_TYPES = frozenset({"delete", "login", "logout", "signup", "update"})
APPLICATION_TRANSITIONS = frozenset({
    "application_background", "application_exit", "application_foreground", "application_initialized",
})  # fmt: skip
ENVIRONMENTS = frozenset({"development", "production"})

# In the order in which the sandbox names a user by them. Two official clients write `customerid`.
IDENTITIES = (
    "customer_id", "customerid", "email", "mobile_number", "phone_number_2", "phone_number_3", "facebook", "twitter",
    "google", "microsoft", "yahoo", "other", "other_id_2", "other_id_3", "other_id_4", "other_id_5", "other_id_6",
    "other_id_7", "other_id_8", "other_id_9", "other_id_10", "alias", "facebook_custom_audience_id",
)  # fmt: skip

DEVICE_IDENTITIES = (
    "ios_idfv", "ios_advertising_id", "android_uuid", "android_advertising_id", "roku_advertising_id",
    "fire_advertising_id", "microsoft_advertising_id",
)  # fmt: skip

EVENT_INT64_FIELDS = (
    "timestamp_unixtime_ms", "event_id", "session_id", "event_num", "session_start_unixtime_ms",
    "event_start_unixtime_ms",
)  # fmt: skip
