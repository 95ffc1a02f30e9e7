"""Names of the integrations, events and people that the seeded account works with."""

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
EVENT_ATTRIBUTES = ("from", "to", "category", "price", "store")
USER_ATTRIBUTES = ("tier", "$city", "favourite_store")
SCREENS = ("Home", "Basket", "Profile")
FEED_MODULES = ("MailTool", "CrmTool", "SurveyTool", "HelpDesk")
FIRST_NAMES = ("Kiran", "Maud", "Lucia", "Thanh", "Ana", "Jan", "Farah", "Elise", "Noor", "Sam")
LAST_NAMES = ("Patel", "Jansen", "Rossi", "Nguyen", "Silva", "Kowalski", "Hassan", "Dubois", "Haddad", "Reyes")
