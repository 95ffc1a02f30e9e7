"""The names that mParticle documents. Any other name may be a customer's own text and is only counted."""

_KEYS = """
access_keys account account_userattributes activated_by activated_environment activated_on active_definition
added_last_24_hours application_id attribute_category attribute_name audience_count audience_id
audience_memberships audience_name calculated_attribute_id calculation_percent_complete calculation_type
conditions config_name configurations connected_outputs crash_handling created_by created_on
created_timestamp_ms custom_event_type data dataType data_plan_description data_plan_id data_plan_name
data_plan_versions data_point data_type datapoint date description device_identities display_name
draft_definition dropped_last_24_hours email enabled encoding errors estimated_completion_time event_name
event_type expiration_timestamp_ms external_name first_name id isActive isConfidential isVisible is_active
is_calculated is_debug is_opted_out is_required key last_modified_by last_modified_on last_name
last_stored_timestamp_ms limit_ad_tracking module_name mpid name network_performance operator os platforms
profile_merging provider_name push_attribution_timer quarantine_feed_id recipe_type revision_id role_id roles
secret seeding service_configuration_id settings size social_mode status task_id tasks time_period type
use_product_quantity user_attributes user_identities value values version version_description version_document
within within_unit workspaces
"""
KEYS = frozenset(_KEYS.split())
# Objects whose keys are a customer's own, and documents that say nothing about the questions.
OPAQUE = frozenset(("account_userattributes", "conditions", "user_attributes", "version_document"))

_SYSTEMS = frozenset(("iOS", "tvOS", "Android", "MobileWeb", "Roku", "Alexa", "SmartTV", "FireTV", "Xbox", "Unknown"))
_POINTS = """Event EventAttribute UserAttribute ScreenView ScreenViewAttribute Identity Commerce CommerceAttribute
EventType UserIdentity All_User_Attributes All_Workspace_User_Attributes All_Account_User_Attributes"""
# Values that are documented, by the list and the place of the field in its items.
ENUMERATIONS: dict[tuple[str, str], frozenset[str]] = {
    ("audiences", "status"): frozenset(("active",)),
    ("calculated_attributes", "active_definition.recipe_type"): frozenset(("event",)),
    ("services", "settings.type"): frozenset(("String", "Bool", "Custom")),
    ("apps", "platforms.os"): _SYSTEMS,
    ("partner_feed", "os"): _SYSTEMS,
    ("data_points", "type"): frozenset(_POINTS.split()),
}
