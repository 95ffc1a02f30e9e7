"""Names of the integrations and events that the seeded account works with."""

SERVICES = (
    "AdNet",
    "Indicative",
    "GoogleAnalyticsEventForwarder",
    "MailTool",
    "LakeTool",
    "PushTool",
    "SurveyTool",
    "CrmTool",
    "HelpDesk",
    "Experimenter",
    "Heatmap",
    "FraudGuard",
)
PLATFORMS = ("iOS", "Android", "MobileWeb", "tvOS", "Roku", "FireTV")
EVENTS = (
    ("Trip Searched", "search"),
    ("Item Viewed", "navigation"),
    ("Store Entered", "location"),
    ("Review Written", "user_content"),
    ("Newsletter Joined", "user_preference"),
    ("Offer Shared", "social"),
    ("Video Played", "media"),
    ("Seat Chosen", "transaction"),
)
COMMERCE_EVENTS = (
    ("Product Viewed", "product_view_detail"),
    ("Product Added", "product_add_to_cart"),
    ("Order Placed", "product_purchase"),
    ("Promotion Opened", "promotion_click"),
)
EVENT_ATTRIBUTES = ("from", "to", "category", "price", "store")
USER_ATTRIBUTES = ("tier", "$city", "favourite_store")
SCREENS = ("Home", "Basket", "Profile")
COMMERCE_ATTRIBUTES = ("Brand", "Category", "Coupon Code")
IDENTITIES = ("CustomerId", "Email", "Google", "Facebook", "Other")
FEED_MODULES = ("MailTool", "CrmTool", "SurveyTool", "HelpDesk")
