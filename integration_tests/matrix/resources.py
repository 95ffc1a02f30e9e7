"""What the source asks for, which stream needs which of it, and from which request each row came."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
ATTRIBUTES = "/platform/v2/workspaces/{workspace_id}/calculatedattributes"
ORGANIZATION = "/platform/v2/organizations/77/accounts/1201"

LIST = "list"  # answers with a list
HOLDER = "holder"  # answers with one object that holds a list
OBJECT = "object"  # answers with one object
PROFILE = "profile"  # a look-up of one user


@dataclass(frozen=True)
class Resource:
    """A kind of request. `path` is a template over the fields of a row, `key` names an item's own part of its key."""

    path: str
    kind: str = LIST
    key: str | None = "id"

    @property
    def fans_out(self) -> bool:
        """Whether there is one request for each of something."""
        return "{" in self.path

    def matches(self, path: str) -> bool:
        """Whether `path` is a request of this kind."""
        mine, theirs = self.path.split("/"), path.split("/")
        return len(mine) == len(theirs) and all(
            a == b or (a.startswith("{") and _may_be(a, b)) for a, b in zip(mine, theirs, strict=True)
        )


def _may_be(placeholder: str, segment: str) -> bool:
    # `/v1/apps/881/platforms` is no list of data points of a service called `platforms`.
    return placeholder in ("{module_name}", "{os}", "{data_plan_id}") or segment.lstrip("-").isdigit()


RESOURCES = {
    "accounts": Resource("/v1/accounts"),
    "workspaces": Resource("/v1/workspace"),
    "audiences": Resource("/v1/audiences"),
    "calculated_attributes": Resource(ATTRIBUTES),
    "workspace_audiences": Resource("/v1/workspace/{workspace_id}/audiences"),
    "apps": Resource("/v1/apps"),
    "app_platforms": Resource("/v1/apps/{application_id}/platforms", key="os"),
    "app_platform_services": Resource("/v1/apps/{application_id}/platforms/{os}/services", key="name"),
    "services": Resource("/v1/services", key="name"),
    "users": Resource("/v1/users", key="email"),
    # A data point has no id: its key is made of fields each of which may be missing.
    "data_points": Resource("/v1/apps/{application_id}/datapoints", key=None),
    "data_point_filters": Resource("/v1/apps/{application_id}/{module_name}/datapoints", key=None),
    "feeds": Resource("/v1/workspace/{workspace_id}/partnerfeeds"),
    "partner_feeds": Resource("/v1/partnerfeeds/{feed_id}", OBJECT),
    "feed_subscriptions": Resource("/v1/partnerfeeds/{feed_id}/subscriptions"),
    "service_configurations": Resource("/v1/workspace/{workspace_id}/{module_name}/serviceconfigurations"),
    "activations": Resource(ATTRIBUTES + "/{attribute_id}/activation", OBJECT, "calculated_attribute_id"),
    "calculations": Resource(ATTRIBUTES + "/{attribute_id}/calculation", OBJECT),
    "data_plans": Resource("/platform/v2/workspaces/{workspace_id}/plans", key="data_plan_id"),
    "data_plan": Resource("/platform/v2/workspaces/{workspace_id}/plans/{data_plan_id}", HOLDER, "version"),
    "custom_roles": Resource(ORGANIZATION + "/roles", HOLDER, "role_id"),
    "role_tasks": Resource(ORGANIZATION + "/tasks", key="task_id"),
    "profiles": Resource("/userprofile/v1/77/1201/5318/{mpid}", PROFILE, "mpid"),
}

# The resource that holds the rows of a stream comes first; the stream is read for each item of the others. A test
# compares this with the parents that the manifest names.
NEEDS = {
    "accounts": ("accounts",),
    "workspaces": ("workspaces",),
    "audiences": ("audiences",),
    "audience_snapshots": ("audiences",),
    "calculated_attributes": ("calculated_attributes", "workspaces"),
    "workspace_audiences": ("workspace_audiences", "workspaces"),
    "apps": ("apps",),
    "app_platforms": ("app_platforms", "apps"),
    "app_platform_services": ("app_platform_services", "apps"),
    "services": ("services",),
    "users": ("users",),
    "data_points": ("data_points", "apps"),
    "data_point_filters": ("data_point_filters", "app_platform_services", "apps"),
    "partner_feeds": ("partner_feeds", "feeds", "workspaces"),
    "feed_subscriptions": ("feed_subscriptions", "feeds", "workspaces"),
    "service_configurations": ("service_configurations", "services", "workspaces"),
    "calculated_attribute_activations": ("activations", "calculated_attributes", "workspaces"),
    "calculated_attribute_calculations": ("calculations", "calculated_attributes", "workspaces"),
    "data_plans": ("data_plans", "workspaces"),
    "data_plan_versions": ("data_plan", "data_plans", "workspaces"),
    "custom_roles": ("custom_roles",),
    "role_tasks": ("role_tasks",),
    "user_profiles": ("profiles",),
    "audience_memberships": ("profiles",),
}

# An attribute without activation is no error, even where none is activated.
MAY_ALL_BE_MISSING = ("activations", "calculations")

_READ_FOR_EACH = {parent for _, *parents in NEEDS.values() for parent in parents}
# What most of the others depend on; faults there are tried on their own.
ROOTS = ("workspaces", "apps")
PARENTS = tuple(name for name in RESOURCES if name in _READ_FOR_EACH and name not in ROOTS)
LEAVES = tuple(name for name in RESOURCES if name not in ROOTS + PARENTS)


def resource_of(path: str) -> str | None:
    """The name of the resource that a request asks for, or None for one of another kind, such as for a token."""
    return next((name for name, resource in RESOURCES.items() if resource.matches(path)), None)


class Origins:
    """Knows, by the rows of a healthy sync, which requests a row depends on."""

    def __init__(self, rows: Mapping[str, Iterable[Row]]) -> None:
        self._workspace_of_feed = {row["id"]: row["workspace_id"] for row in rows["partner_feeds"]}
        self._platforms_of: dict[tuple[Any, Any], set[str]] = {}
        for row in rows["app_platform_services"]:
            self._platforms_of.setdefault((row["application_id"], row["name"]), set()).add(row["os"].lower())

    def of(self, stream: str, row: Row) -> list[set[str]]:
        """For each resource that the stream needs, the paths any of which is enough for the row."""
        return [self._paths(stream, row, name) for name in NEEDS[stream]]

    def _paths(self, stream: str, row: Row, name: str) -> set[str]:
        fields = dict(row)
        if stream == "partner_feeds":
            fields["feed_id"] = row["id"]
        if "feed_id" in fields:
            fields["workspace_id"] = self._workspace_of_feed.get(fields["feed_id"])
        fields["attribute_id"] = row.get("calculated_attribute_id", row.get("id"))
        if name != "app_platform_services":
            return {RESOURCES[name].path.format(**fields)}
        if stream == "data_point_filters":
            systems = self._platforms_of[row["application_id"], row["module_name"]]
        else:
            systems = {row["os"].lower()}
        return {RESOURCES[name].path.format(**(fields | {"os": system})) for system in systems}
