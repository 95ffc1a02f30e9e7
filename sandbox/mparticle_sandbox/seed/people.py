"""The people whose profiles are seeded: who they are and how they are recognized."""

from random import Random
from typing import Any
from uuid import UUID

_FIRST_CUSTOMER = 1001
_GIVEN = ("Amira", "Bruno", "Chloe", "Dmitri", "Elif", "Femi", "Greta", "Hugo", "Ines", "Jonas", "Keiko", "Liam")
_FAMILY = ("Okafor", "Lindqvist", "Moreau", "Santos", "Novak", "Haddad", "Fischer", "Ito", "Byrne", "Costa")
_CITIES = (("Rotterdam", "NL"), ("Porto", "PT"), ("Leeds", "GB"), ("Lyon", "FR"), ("Graz", "AT"), ("Austin", "US"))
_TIERS = ("bronze", "silver", "gold")
_BRANDS = ("Northwind", "Kestrel", "Fjordline", "Solana", "Tamarack")
_DEVICES = ("ios_idfv", "ios_advertising_id", "android_uuid", "android_advertising_id")


def user_identities(index: int, random: Random) -> list[dict[str, str]]:
    """Return the identities of the person at `index`: always a customer id, mostly an email, sometimes a number."""
    number = _FIRST_CUSTOMER + index
    identities = [_identity("customer_id", f"c-{number}")]
    if random.random() < 0.8:  # noqa: PLR2004 - one in five bought without an account
        identities.append(_identity("email", f"customer{number}@mail.example"))
    if random.random() < 0.3:  # noqa: PLR2004 - few leave a number
        identities.append(_identity("mobile_number", f"+3160000{number}"))
    return identities


def device_identities(random: Random) -> list[dict[str, str]]:
    """Return the identities of up to two devices."""
    kinds = random.sample(_DEVICES, random.randint(0, 2))
    return [_identity(kind, str(UUID(int=random.getrandbits(128), version=4))) for kind in kinds]


def user_attributes(random: Random) -> dict[str, Any]:
    """Return the attributes of a person: strings, and a list of strings that some people lack."""
    city, country = random.choice(_CITIES)
    attributes: dict[str, Any] = {
        "$firstname": random.choice(_GIVEN),
        "$lastname": random.choice(_FAMILY),
        "$city": city,
        "$country": country,
        "$age": str(random.randint(18, 84)),
        "loyalty_tier": random.choice(_TIERS),
    }
    brands = random.sample(_BRANDS, random.randint(0, 3))
    return {**attributes, "favourite_brands": brands} if brands else attributes


def _identity(kind: str, value: str) -> dict[str, str]:
    return {"type": kind, "encoding": "none", "value": value}
