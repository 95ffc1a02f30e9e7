"""What the APIs with an access token serve: one file each, ordered so that owners come before what they own."""

from random import Random

from mparticle_sandbox.core.catalog import Catalog, Size
from mparticle_sandbox.resources.accounts import ACCOUNTS
from mparticle_sandbox.resources.app_services import APP_SERVICES
from mparticle_sandbox.resources.apps import APPS
from mparticle_sandbox.resources.audiences import AUDIENCES
from mparticle_sandbox.resources.calculated_attributes import CALCULATED_ATTRIBUTES
from mparticle_sandbox.resources.custom_roles import CUSTOM_ROLES
from mparticle_sandbox.resources.data_plans import DATA_PLANS
from mparticle_sandbox.resources.data_points import DATA_POINTS
from mparticle_sandbox.resources.partner_feeds import PARTNER_FEEDS
from mparticle_sandbox.resources.profiles import PROFILES
from mparticle_sandbox.resources.resource import Resource
from mparticle_sandbox.resources.service_configurations import SERVICE_CONFIGURATIONS
from mparticle_sandbox.resources.services import SERVICES
from mparticle_sandbox.resources.users import USERS
from mparticle_sandbox.resources.workspaces import WORKSPACES

RESOURCES: tuple[Resource, ...] = (
    ACCOUNTS,
    USERS,
    SERVICES,
    APPS,
    APP_SERVICES,
    DATA_POINTS,
    WORKSPACES,
    SERVICE_CONFIGURATIONS,
    PARTNER_FEEDS,
    AUDIENCES,
    CALCULATED_ATTRIBUTES,
    DATA_PLANS,
    CUSTOM_ROLES,
    PROFILES,
)


def seeded_catalog(size: Size, seed: int) -> Catalog:
    """Return the data of a sandbox: the same for the same size and seed."""
    catalog = Catalog()
    for resource in RESOURCES:
        resource.seed(catalog, size, Random(f"{seed}:{resource.name}"))  # noqa: S311
    catalog.render()
    return catalog
