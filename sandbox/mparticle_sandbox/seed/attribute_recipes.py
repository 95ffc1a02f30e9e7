"""What the seeded calculated attributes calculate."""

from random import Random
from typing import Any

# name, description, calculation, event, attribute, event type, custom event type, category of the attribute
_RECIPES = (
    ("orders", "Orders placed", "count", "Purchase", None, "commerce_event", "purchase", None),
    ("revenue", "Money spent", "sum", "Purchase", "Total Amount", "commerce_event", "purchase", "event_attribute"),
    ("last_trip_searched", "Time of the last search", "last_occurrence_timestamp", "Trip Searched", None,
     "custom_event", "search", None),
    ("favourite_category", "Category bought most", "most_frequent", "Purchase", "Category", "commerce_event",
     "purchase", "product_attribute"),
    ("average_basket", "Mean order value", "average", "Purchase", "Total Amount", "commerce_event", "purchase",
     "event_attribute"),
    ("destinations", "Places searched for", "unique_list", "Trip Searched", "to", "custom_event", "search",
     "event_attribute"),
    ("first_visit", "Time of the first screen", "first_occurrence_timestamp", "Home", None, "screen_view",
     "navigation", None),
    ("brands_seen", "Number of brands viewed", "unique_values_count", "Product Viewed", "Brand", "commerce_event",
     "view_detail", "product_attribute"),
)  # fmt: skip
_WINDOWS_DAYS = (7, 14, 30, 90, 180, 365)


def recipe(index: int, random: Random) -> tuple[str, str, dict[str, Any]]:
    """Return name, description and definition of the attribute at `index`; names differ for every index."""
    turn, position = divmod(index, len(_RECIPES))
    stem, description, calculation, event, attribute, event_type, custom_type, category = _RECIPES[position]
    days = random.choice(_WINDOWS_DAYS)
    name = f"{stem}_{days}d" if turn == 0 else f"{stem}_{days}d_{turn + 1}"
    data_point = {
        "type": "event_attribute" if attribute else "event",
        "event_name": event,
        "attribute_name": attribute,
        "event_type": event_type,
        "custom_event_type": custom_type,
        "attribute_category": category,
        "use_product_quantity": False,
    }
    definition = {
        "recipe_type": "event",
        "datapoint": data_point,
        "conditions": _conditions(random),
        "calculation_type": calculation,
        "time_period": {"type": "within", "date": None, "within": days, "within_unit": "days"},
        "seeding": None,
    }
    return name, f"{description} in {days} days", definition


def _conditions(random: Random) -> list[dict[str, Any]] | None:
    if random.random() < 0.7:  # noqa: PLR2004 - most attributes take every event
        return None
    return [
        {
            "type": "string",
            "operator": "equals",
            "attribute_name": "channel",
            "value": random.choice(("app", "web", "store")),
            "values": None,
            "min_value": None,
            "max_value": None,
        }
    ]
