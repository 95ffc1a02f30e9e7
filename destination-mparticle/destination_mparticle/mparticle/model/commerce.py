"""Commerce events: product actions, promotion actions, impressions."""

from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from destination_mparticle.mparticle.model.common import (
    Boolean,
    CustomEventType,
    EventData,
    Int64,
    Number,
    OptionalText,
    Scalar,
    Texts,
)

ProductActionType = Literal[
    "add_to_cart",
    "remove_from_cart",
    "checkout",
    "checkout_option",
    "click",
    "view_detail",
    "purchase",
    "refund",
    "add_to_wishlist",
    "remove_from_wish_list",
]
PromotionActionType = Literal["view", "click"]
CommerceEventType = Literal[
    CustomEventType,
    "add_to_cart",
    "remove_from_cart",
    "checkout",
    "checkout_option",
    "click",
    "view_detail",
    "purchase",
    "refund",
    "promotion_view",
    "promotion_click",
    "add_to_wishlist",
    "remove_from_wishlist",
    "impression",
    "consent_granted",
    "consent_denied",
]


class Product(Struct):
    """A product. Further properties are let through, as in the schema."""

    id: OptionalText = UNSET
    name: OptionalText = UNSET
    brand: Scalar = None
    category: Scalar = None
    variant: Scalar = None
    position: Int64 = None
    price: Number = None
    quantity: Number = None
    coupon_code: Scalar = None
    added_to_cart_time_ms: Int64 = None
    total_product_amount: Number = None
    custom_attributes: dict[str, str] | None = None


class ProductAction(Struct, kw_only=True, forbid_unknown_fields=True):
    """First variant of a commerce event."""

    action: ProductActionType
    checkout_step: Int64 = None
    checkout_options: Scalar = None
    product_action_list: Scalar = None
    product_list_source: Scalar = None
    transaction_id: OptionalText = UNSET
    affiliation: Scalar = None
    total_amount: Number = None
    tax_amount: Number = None
    shipping_amount: Number = None
    coupon_code: Scalar = None
    products: list[Product] | None = None


class Promotion(Struct, forbid_unknown_fields=True):
    """A promotion."""

    id: OptionalText = UNSET
    name: OptionalText = UNSET
    creative: Scalar = None
    position: Scalar = None


class PromotionAction(Struct, kw_only=True, forbid_unknown_fields=True):
    """Second variant of a commerce event."""

    action: PromotionActionType
    promotions: list[Promotion] | UnsetType = UNSET


class ProductImpression(Struct, forbid_unknown_fields=True):
    """One entry of the third variant of a commerce event."""

    product_impression_list: str
    products: list[Product] | None


class ShoppingCart(Struct, forbid_unknown_fields=True):
    """The cart at the time of a commerce event."""

    products: list[Product]


class CommerceEventData(EventData, kw_only=True):
    """`data` of a commerce event."""

    product_action: ProductAction | None = None
    promotion_action: PromotionAction | None = None
    product_impressions: list[ProductImpression] | None = None
    shopping_cart: ShoppingCart | None = None
    currency_code: Scalar = None
    screen_name: OptionalText = UNSET
    is_non_interactive: Boolean = None
    event_name: OptionalText = UNSET
    custom_event_type: CommerceEventType | UnsetType = UNSET
    custom_flags: Texts = None


class CommerceEvent(Struct, tag_field="event_type", tag="commerce_event", forbid_unknown_fields=True):
    """A product action, a promotion action or impressions."""

    data: CommerceEventData
