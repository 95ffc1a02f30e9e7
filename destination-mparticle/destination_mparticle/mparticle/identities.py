"""The identities that mParticle knows, and what it reserves for itself among the user attributes."""

from typing import Final

USER_IDENTITIES: Final = (
    "customer_id",
    "email",
    "mobile_number",
    "phone_number_2",
    "phone_number_3",
    "other",
    "other_id_2",
    "other_id_3",
    "other_id_4",
    "other_id_5",
    "other_id_6",
    "other_id_7",
    "other_id_8",
    "other_id_9",
    "other_id_10",
    "facebook",
    "google",
    "twitter",
    "microsoft",
    "yahoo",
    "alias",
    "facebook_custom_audience_id",
)
"""The properties of `user_identities`, in the order in which this connector looks for the one that names a user."""

DEVICE_IDENTITIES: Final = (
    "ios_advertising_id",
    "ios_idfv",
    "android_advertising_id",
    "android_uuid",
    "roku_advertising_id",
    "roku_publisher_id",
    "fire_advertising_id",
    "microsoft_advertising_id",
    "microsoft_publisher_id",
    "amp_id",
    "push_token",
)
"""The properties of `device_info` that identify a device."""

OTHER_SPELLINGS: Final = {"customerid": "customer_id"}
"""mParticle's IDSync API and its own Python and Node clients spell an identity differently from the Events API."""

RESERVED_ATTRIBUTES: Final = (
    *("$age", "$gender", "$country", "$zip", "$city", "$state", "$address", "$firstname", "$lastname", "$mobile"),
)
"""The user attributes that mParticle keeps for what they say."""
