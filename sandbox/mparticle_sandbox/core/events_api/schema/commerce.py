"""The data of a commerce event: what was done with which products or promotions."""

from mparticle_sandbox.core.events_api.schema.common import ATTRIBUTES
from mparticle_sandbox.core.events_api.schema.containers import FieldType, ListOf, MapOf, Record, fields
from mparticle_sandbox.core.events_api.schema.scalars import ANY, FLAG, INT64, NUMBER, TEXT, one_of

_PRODUCT = Record(
    "Product",
    {
        **fields(TEXT, "id name"),
        **fields(ANY, "brand category variant coupon_code"),
        **fields(INT64, "position added_to_cart_time_ms"),
        **fields(NUMBER, "price quantity total_product_amount"),
        "custom_attributes": MapOf(TEXT),
    },
    closed=False,
)

_PRODUCT_ACTION = Record(
    "ProductAction",
    {
        "action": one_of(
            "ProductActionType",
            "add_to_cart remove_from_cart checkout checkout_option click view_detail purchase refund add_to_wishlist"
            " remove_from_wish_list",
        ),
        **fields(ANY, "checkout_options product_action_list product_list_source affiliation coupon_code"),
        **fields(INT64, "checkout_step"),
        **fields(TEXT, "transaction_id"),
        **fields(NUMBER, "total_amount tax_amount shipping_amount"),
        "products": ListOf(_PRODUCT),
    },
    required=("action",),
)

_PROMOTION_ACTION = Record(
    "PromotionAction",
    {
        "action": one_of("PromotionActionType", "view click"),
        "promotions": ListOf(
            Record("Promotion", {**fields(TEXT, "id name"), **fields(ANY, "creative position")}), null=False
        ),
    },
    required=("action",),
)

_IMPRESSION = Record(
    "ProductImpression",
    {**fields(TEXT, "product_impression_list"), "products": ListOf(_PRODUCT)},
    present=("product_impression_list", "products"),
)

# Exactly one of them makes a commerce event.
VARIANTS: dict[str, FieldType] = {
    "product_action": _PRODUCT_ACTION,
    "promotion_action": _PROMOTION_ACTION,
    "product_impressions": ListOf(_IMPRESSION),
}

COMMERCE_FIELDS: dict[str, FieldType] = {
    **VARIANTS,
    "shopping_cart": Record("ShoppingCart", {"products": ListOf(_PRODUCT, null=False)}, present=("products",)),
    **fields(ANY, "currency_code"),
    **fields(TEXT, "screen_name event_name"),
    **fields(FLAG, "is_non_interactive"),
    "custom_event_type": one_of(
        "CommerceEventType",
        "navigation location search transaction user_content user_preference social other media add_to_cart"
        " remove_from_cart checkout checkout_option click view_detail purchase refund promotion_view promotion_click"
        " add_to_wishlist remove_from_wishlist impression attribution consent_granted consent_denied",
    ),
    "custom_flags": ATTRIBUTES,
}
