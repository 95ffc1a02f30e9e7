"""Questions about what an account, a credential or a request may not see."""

from typing import Any

from mparticle_sandbox.probe.observation import Observation
from mparticle_sandbox.probe.question import (
    CannotMirror,
    Decision,
    Observed,
    Question,
    SettingChanges,
    Undecided,
    decide_status,
    label,
    mirror_status,
    observation_of,
    require_ok,
    status_of,
)

_OK = 200
_FORBIDDEN, _MISSING = 403, 404
# What is read of each API, with the path that a feature which is not enabled would have.
_READ = {
    "accounts": "/v1/accounts",
    "workspaces": "/v1/workspace",
    "apps": "/v1/apps",
    "services": "/v1/services",
    "users": "/v1/users",
    "audiences": "/v1/audiences",
    "workspace_audiences": "/v1/workspace/*/audiences",
    "app_platforms": "/v1/apps/*/platforms",
    "data_points": "/v1/apps/*/datapoints",
    "partner_feeds": "/v1/workspace/*/partnerfeeds",
    "partner_feed": "/v1/partnerfeeds/*",
    "calculated_attributes": "/platform/v2/workspaces/*/calculatedattributes",
    "data_plans": "/platform/v2/workspaces/*/plans",
    "roles": "/platform/v2/organizations/*/roles",
    "role_tasks": "/platform/v2/organizations/*/tasks",
    "profile_of_unknown_identity": "/userprofile/v1/resolve/*",
}
# The list by which the grant of an API shows, and the API's name in the sandbox's settings.
_GRANTS = {
    "accounts": "platform",
    "data_plans": "data_planning",
    "roles": "custom_roles",
    "profile_of_unknown_identity": "profile",
}
# Each wrong request with the list that must be readable for its status to mean anything.
_WRONG = {
    "unknown_account": "workspaces",
    "unknown_organization": "roles",
    "unknown_workspace": "calculated_attributes",
}
_REFUSED_FORMS = {
    "no_token": "envelope with errors",
    "no_account": "envelope with errors",
    "unknown_account": "envelope with errors",
    "unknown_workspace": "errors with code and message",
    "unknown_organization": "errors with code and message",
    "profile_of_unknown_identity": "errors with code and message",
    "profile_of_unknown_mpid": "errors with code and message",
}


def _plural(observed: Observed) -> Decision:
    require_ok(observed, "workspaces")
    return Decision("yes" if status_of(observed, "plural_workspaces") == _OK else "no", "no")


def _wrong_ids(observed: Observed) -> Decision:
    found: dict[str, int] = {}
    reasons = []
    for call, owner in _WRONG.items():
        try:
            require_ok(observed, owner)
            found[label(call)] = status_of(observed, call)
        except Undecided as reason:
            reasons.append(str(reason))
    if not found:
        raise Undecided("; ".join(reasons))
    return Decision(found, dict.fromkeys(map(label, _WRONG), 404))


def _mirror_statuses(answer: Any) -> SettingChanges:
    refusals = {call: answer[label(call)] for call in _WRONG if answer.get(label(call), _OK) != _OK}
    changes = {"statuses": refusals} if refusals else {}
    if _OK in answer.values():
        raise CannotMirror(changes)
    return changes


def _refused(observed: Observed) -> Decision:
    statuses = {call: each.status for call, each in observed.items() if isinstance(each, Observation) and call in _READ}
    # A user whom nobody knows is 404 too, where the Profile API may be used.
    statuses = {
        call: status
        for call, status in statuses.items()
        if status == _FORBIDDEN or (status == _MISSING and not call.startswith("profile"))
    }
    if not statuses:
        raise Undecided("the credential was refused none of the lists")
    return Decision({label(call): status for call, status in statuses.items()}, {})


def _mirror_refused(answer: Any) -> SettingChanges:
    refused = {call: answer[label(call)] for call in _READ if label(call) in answer}
    grants = {api: False for call, api in _GRANTS.items() if refused.get(call) == _FORBIDDEN}
    missing = [_READ[call] for call, status in refused.items() if status == _MISSING]
    covered = {call for call in refused if refused[call] == _MISSING or _GRANTS.get(call) in grants}
    if grants.get("platform") is False:
        covered |= {call for call in _READ if call not in _GRANTS and call != "role_tasks"}
    if grants.get("custom_roles") is False:
        covered.add("role_tasks")
    changes: SettingChanges = {
        **({"grants": grants} if grants else {}),
        **({"missing_features": missing} if missing else {}),
    }
    if refused.keys() - covered:
        raise CannotMirror(changes)
    return changes


def _bodies(observed: Observed) -> Decision:
    found = {
        label(call): observation.body
        for call in _REFUSED_FORMS
        if isinstance(observation := observed.get(call), Observation) and observation.status in range(400, 500)
    }
    if not found:
        raise Undecided("nothing was refused")
    return Decision(found, {label(call): body for call, body in _REFUSED_FORMS.items()})


def _mirror_subscriptions(status: Any) -> SettingChanges:
    if status not in (_OK, _MISSING):
        raise CannotMirror
    return {"missing_features": ["/v1/partnerfeeds/*/subscriptions"]} if status == _MISSING else {}


def _head(observed: Observed) -> Decision:
    require_ok(observed, "calculated_attributes")
    calls = {"name that exists": "head_of_name", "name that does not": "head_of_unmatched_name"}
    found = {}
    for words, call in calls.items():
        if isinstance(observed.get(call), Observation):
            found[words] = status_of(observed, call)
    if not found:
        observation_of(observed, "head_of_name")
    return Decision(found, {"name that exists": 204, "name that does not": 404})


def _unmatched(observed: Observed) -> Decision:
    require_ok(observed, "calculated_attributes")
    status = status_of(observed, "unmatched_name")
    if status != _OK:
        return Decision(status, "empty list")
    count = require_ok(observed, "unmatched_name").count
    return Decision("empty list" if count == "none" else "a list that is not empty", "empty list")


def _mirror_unmatched(answer: Any) -> SettingChanges:
    if isinstance(answer, int):
        return {"statuses": {"unmatched_name": answer}}
    if not isinstance(answer, str):
        raise TypeError
    if answer != "empty list":
        raise CannotMirror
    return {}


ACCESS = (
    Question(
        "14.4",
        "Does /v1/workspaces answer beside /v1/workspace?",
        "Only the singular for /v1.",
        "The sandbox knows the singular only; the source sends it.",
        _plural,
    ),
    Question(
        "14.5",
        "Which status has a request without accountId?",
        "401.",
        "The sandbox answers 401; the connectors always send accountId.",
        decide_status("no_account", 401, after="workspaces"),
        mirror_status("missing_account"),
    ),
    Question(
        "14.6 no token",
        "Which status has a request without a token?",
        "401.",
        "The sandbox answers 401; the connectors take 401 for a token that is not valid any more.",
        decide_status("no_token", 401),
    ),
    Question(
        "14.6 ids",
        "Which status has an account, organization or workspace that is not the credential's?",
        "404 for an entity outside of the account; nothing about the others.",
        "The sandbox answers 404; the messages of the source name every cause that fits.",
        _wrong_ids,
        _mirror_statuses,
    ),
    Question(
        "14.6 grants",
        "Which lists was the credential refused?",
        "403 where the credential may not use an API; nothing about features that an account lacks.",
        "The sandbox answers 403 for a grant and 404 for a feature; the source takes both for either.",
        _refused,
        _mirror_refused,
    ),
    Question(
        "14.13",
        "What is the body of a refusal?",
        "An envelope with errors for /v1; rarely shown otherwise.",
        "The sandbox answers as listed in its README; the connectors decide by the status.",
        _bodies,
    ),
    Question(
        "14.9",
        "Does the path of feed subscriptions take the id of a feed?",
        "A workspace's id in one place and a module's in another.",
        "The sandbox and the source take it for the feed's: 200.",
        decide_status("feed_subscriptions", 200, after="partner_feed"),
        _mirror_subscriptions,
    ),
    Question(
        "6.1 HEAD",
        "What does HEAD on calculated attributes answer for a name?",
        "204, and 404 where no attribute has the name.",
        "The sandbox answers so; the source does not ask.",
        _head,
    ),
    Question(
        "14.12",
        "What does the list of calculated attributes answer for a name that none has?",
        "Nothing.",
        "The sandbox answers an empty list; the source takes 404 for one too.",
        _unmatched,
        _mirror_unmatched,
    ),
    Question(
        "6.1 activation",
        "Which status has the activation of a calculated attribute that was never activated?",
        "Nothing.",
        "The sandbox answers 200 with is_active false; the source takes 404 for no activation.",
        decide_status("activation_of_draft", 200),
        mirror_status("never_activated"),
    ),
)
