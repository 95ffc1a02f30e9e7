"""The seeded company, in retail and travel: its accounts, workspaces, people and audiences."""

import re
from random import Random

ACCOUNTS = ("Harbour & Vale Retail", "Harbour & Vale Travel", "North Region", "South Region", "Franchise Stores")
WORKSPACES = ("Shop", "Trips", "Loyalty", "Marketplace", "Call Centre", "In-Store", "Partners", "Hotels")
ENVIRONMENTS = ("Prod", "Staging", "Dev")
# First and last names.
FULL_NAMES = (
    ("Kiran", "Patel"),
    ("Maud", "Jansen"),
    ("Lucia", "Rossi"),
    ("Thanh", "Nguyen"),
    ("Ana", "Silva"),
    ("Jan", "Kowalski"),
    ("Farah", "Hassan"),
    ("Elise", "Dubois"),
)
PEOPLE = tuple(f"{first[0]}{last}".lower() for first, last in FULL_NAMES)
OUTPUTS = ("Facebook", "Google Ads", "Braze", "Snowflake", "Amplitude", "Iterable", "Indicative", "Salesforce")
OUTPUT_CONFIGURATIONS = ("Prod", "EU", "US", "Test", "Newsletter")

_WHO = ("Lapsed", "Loyal", "High Value", "New", "Returning", "Discount", "Early", "Weekend", "Family", "Business")
_WHAT = ("Buyers", "Travellers", "Subscribers", "App Users", "Cart Abandoners", "Searchers", "Gift Shoppers", "Members")
_WHERE = ("", "City Breaks", "Footwear", "Home & Garden", "Long Haul", "Rail", "Outdoor", "Kids", "Beauty", "Ski")
_WHEN = ("", "30d", "90d", "This Season", "Since Launch", "Last Year")


def email(person: str) -> str:
    """Return the address of a person of the company."""
    return f"{person}@harbourvale.example"


def cycled(names: tuple[str, ...], index: int) -> str:
    """Return the name at `index`, numbered once the names are used up."""
    turn, position = divmod(index, len(names))
    return f"{names[position]} {turn + 1}" if turn else names[position]


def slug(name: str) -> str:
    """Return the name in lower case with underscores."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


class AudienceNames:
    """Names of audiences, each given out once."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._used: dict[str, int] = {}

    def next(self) -> str:
        """Return a name that has not been returned before."""
        choose = self._random.choice
        parts = (choose(_WHO), choose(_WHAT), choose(_WHERE), choose(_WHEN))
        name = " ".join(part for part in parts if part)
        times = self._used.get(name, 0) + 1
        self._used[name] = times
        return name if times == 1 else f"{name} v{times}"
