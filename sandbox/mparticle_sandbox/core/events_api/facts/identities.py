"""The names of identities in mParticle's published Events API schema and JSON reference."""

# In the order in which the sandbox names a user by them.
SCHEMA_IDENTITIES = (
    "customer_id", "email", "mobile_number", "phone_number_2", "phone_number_3", "facebook", "twitter",
    "google", "microsoft", "yahoo", "other", "other_id_2", "other_id_3", "other_id_4", "other_id_5", "other_id_6",
    "other_id_7", "other_id_8", "other_id_9", "other_id_10", "alias", "facebook_custom_audience_id",
)  # fmt: skip

# Two official clients send `customerid`, and the service takes it.
IDENTITIES = ("customer_id", "customerid", *SCHEMA_IDENTITIES[1:])

DEVICE_IDENTITIES = (
    "ios_idfv", "ios_advertising_id", "android_uuid", "android_advertising_id", "roku_advertising_id",
    "fire_advertising_id", "microsoft_advertising_id",
)  # fmt: skip
