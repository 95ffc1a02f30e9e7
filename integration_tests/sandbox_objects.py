"""What a sandbox holds for each stream, read by a client that shares nothing with the source.

It is the reference of the long runs: one sync that reads all lists wrongly agrees with another that does.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, final

from mparticle_sandbox import SandboxProcess

from integration_tests.matrix.resources import HOLDER, RESOURCES

Row = dict[str, Any]
Objects = dict[str, list[Row]]
_MASK = "********"
_PROFILE_FIELDS = "device_identities,user_identities,user_attributes,audience_memberships,attribution"
# The list inside the one object of a response.
_INSIDE = {"data_plan": "data_plan_versions", "custom_roles": "roles"}


def objects_in(sandbox: SandboxProcess) -> Objects:
    """The objects of each stream, with what the source documents to add: ids of parents, and keys made of fields."""
    api = _Api(sandbox)
    audiences, services = api.rows("audiences"), api.rows("services")
    workspaces = [{"workspace_id": int(each["id"])} for each in api.rows("workspaces")]
    apps = api.rows("apps")
    app_ids = [{"application_id": each["id"]} for each in apps]
    platforms = [each | {"os": each["os"].lower()} for each in api.rows("app_platforms", app_ids)]
    systems = [{name: each[name] for name in ("application_id", "os")} for each in platforms]
    app_services = api.rows("app_platform_services", systems)
    modules = {(each["application_id"], each["name"]): None for each in app_services}
    filtered = [{"application_id": app, "module_name": module} for app, module in modules]
    attributes = api.rows("calculated_attributes", workspaces)
    attribute_ids = [{"workspace_id": each["workspace_id"], "attribute_id": each["id"]} for each in attributes]
    feeds = [{"feed_id": each["id"]} for each in api.rows("feeds", workspaces)]
    configured = [owner | {"module_name": service["name"]} for owner in workspaces for service in services]
    plans = api.rows("data_plans", workspaces)
    plan_ids = [{name: each[name] for name in ("workspace_id", "data_plan_id")} for each in plans]
    users = [{"workspace_id": each["workspace_id"], "mpid": each["mpid"]} for each in sandbox.profiles()]
    profiles = api.rows("profiles", users)
    return {
        "accounts": api.rows("accounts"),
        "workspaces": api.rows("workspaces"),
        "audiences": audiences,
        "audience_snapshots": [{"audience_id": each["id"], "size": each["size"]} for each in audiences],
        "calculated_attributes": attributes,
        "workspace_audiences": api.rows("workspace_audiences", workspaces),
        "apps": [app | {"platforms": [each | {"os": each["os"].lower()} for each in app["platforms"]]} for app in apps],
        "app_platforms": platforms,
        "app_platform_services": app_services,
        "services": services,
        "users": api.rows("users"),
        "data_points": _with_keys(api.rows("data_points", app_ids)),
        "data_point_filters": _with_keys(api.rows("data_point_filters", filtered)),
        "partner_feeds": _without("feed_id", api.rows("partner_feeds", feeds)),
        "feed_subscriptions": api.rows("feed_subscriptions", feeds),
        "service_configurations": api.rows("service_configurations", configured),
        "calculated_attribute_activations": _without("attribute_id", api.rows("activations", attribute_ids)),
        "calculated_attribute_calculations": _without("attribute_id", api.rows("calculations", attribute_ids)),
        "data_plans": plans,
        "data_plan_versions": api.rows("data_plan", plan_ids),
        "custom_roles": api.rows("custom_roles"),
        "role_tasks": api.rows("role_tasks"),
        "user_profiles": _without("audience_memberships", profiles),
        "audience_memberships": [
            membership | {name: profile[name] for name in ("workspace_id", "mpid")}
            for profile in profiles
            for membership in profile["audience_memberships"]
        ],
    }


def differences(objects: Objects, rows: Mapping[str, list[Row]], keys: Mapping[str, list[str]]) -> dict[str, str]:
    """How the rows of a sync differ from the objects, by stream: which are missing or too many, or a field."""
    found = {stream: _difference(objects[stream], rows[stream], keys[stream]) for stream in objects}
    return {stream: text for stream, text in found.items() if text}


def _difference(objects: list[Row], rows: list[Row], keys: list[str]) -> str:
    # The day of a snapshot is that of the sync.
    names = [name for name in keys if name != "date"]
    held, read = _by_key(objects, names), _by_key(rows, names)
    if (len(held), len(read)) != (len(objects), len(rows)) or held.keys() != read.keys():
        missing, surplus = held.keys() - read.keys(), read.keys() - held.keys()
        return f"{len(rows)} rows of {len(objects)} objects, {len(missing)} missing, {len(surplus)} that do not exist"
    return next((f"{key} has another {name}" for key in held for name in _changed(held[key], read[key])), "")


def _by_key(rows: list[Row], names: list[str]) -> dict[str, Row]:
    return {json.dumps([_plain(row.get(name)) for name in names]): row for row in rows}


def _changed(held: Row, read: Row) -> Iterable[str]:
    return (name for name in held if not _is_same(held[name], read.get(name)))


def _is_same(held: Any, read: Any) -> bool:
    if isinstance(held, dict) and isinstance(read, dict):
        return all(_is_same(held.get(name), read.get(name)) for name in {**held, **read})
    if isinstance(held, list) and isinstance(read, list):
        return len(held) == len(read) and all(map(_is_same, held, read))
    return read == _MASK or _plain(held) == _plain(read)


def _plain(value: Any) -> str:
    # The same id may be a number in one place and text in another.
    return value if isinstance(value, str) else json.dumps(value)


def _without(name: str, rows: list[Row]) -> list[Row]:
    return [{other: value for other, value in row.items() if other != name} for row in rows]


def _with_keys(points: list[Row]) -> list[Row]:
    names = ("type", "event_type", "name", "attribute_name")
    keys = [json.dumps([each[name] for name in names], separators=(",", ":")) for each in points]
    return [point | {"data_point_key": key} for point, key in zip(points, keys, strict=True)]


@final
class _Api:
    def __init__(self, sandbox: SandboxProcess) -> None:
        self._sandbox = sandbox
        self._open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
        credentials = {"client_id": sandbox.client_id, "client_secret": sandbox.client_secret}
        self._token = self._json(
            "/oauth/token", credentials | {"grant_type": "client_credentials", "audience": "https://api.mparticle.com"}
        )["access_token"]

    def rows(self, resource: str, owners: Iterable[Row] = ({},)) -> list[Row]:
        """The objects of a resource for each of its owners, with the fields that name the owner."""
        return [each | owner for owner in owners for each in self._objects(resource, owner)]

    def _objects(self, resource: str, owner: Row) -> list[Row]:
        path = RESOURCES[resource].path.format(**owner)
        try:
            content = self._json(f"{path}?accountId={self._sandbox.account_id}&fields={_PROFILE_FIELDS}")
        except urllib.error.HTTPError as error:
            error.close()
            # An attribute that is not active has neither an activation nor a calculation.
            if error.code == HTTPStatus.NOT_FOUND and resource in ("activations", "calculations"):
                return []
            raise
        content = content.get("data", content) if isinstance(content, dict) else content
        if RESOURCES[resource].kind == HOLDER:
            content = content[_INSIDE[resource]]
        return content if isinstance(content, list) else [content]

    def _json(self, target: str, body: Row | None = None) -> Any:
        headers = {"Content-Type": "application/json"} if body else {"Authorization": f"Bearer {self._token}"}
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(self._sandbox.url + target, data, headers)  # noqa: S310 - our own server's
        with self._open(request, timeout=30) as response:
            return json.load(response)
