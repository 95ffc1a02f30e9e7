"""Says for each stream of a sync with a fault whether it did what it should, and if not, what it did."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from integration_tests.matrix import fault as verdict
from integration_tests.matrix.cases import EXPIRY, TOKEN, Case, Requests
from integration_tests.matrix.resources import MAY_ALL_BE_MISSING, NEEDS, RESOURCES, Origins, resource_of
from integration_tests.matrix.syncs import HOST, Row, Sync

COMPLETE, INCOMPLETE = "COMPLETE", "INCOMPLETE"
WHOLE_SYNC = "(sync)"
# Streams whose rows are less than what an item of their list holds.
_REDUCED = ("audience_snapshots", "audience_memberships")
_SHORTEST_VALUE = 8
# One names every stream that failed, with its cause, and a trace has a stack.
_LONGEST_MESSAGE = 20_000


@dataclass(frozen=True)
class Finding:
    """One cell that is not as it should be. `kind` sorts the findings, `text` says what was seen."""

    case: str
    stream: str
    kind: str
    text: str


@dataclass
class Allowed:
    """What a stream may do."""

    rows: list[Row]
    must_fail: bool = False
    may_fail: bool = False
    transient: bool = False
    config_error: bool = False
    lost: set[str] = field(default_factory=set)


class Judge:
    """Knows a healthy sync, and holds the others against it."""

    def __init__(self, healthy: Sync, keys: Mapping[str, list[str]], secrets: Iterable[str]) -> None:
        self._keys = keys
        self._healthy = {name: [_without_day(name, row) for row in healthy.rows[name]] for name in NEEDS}
        self._origins = Origins(healthy.rows)
        paths = [request.split()[1] for request in healthy.asked]
        all_paths = {name: sorted(path for path in paths if resource_of(path) == name) for name in RESOURCES}
        used = {
            path
            for stream, rows in self._healthy.items()
            for row in rows
            for path in set().union(*self._origins.of(stream, row))
        }
        with_rows = {name: [path for path in paths if path in used] for name, paths in all_paths.items()}
        self.requests = Requests(all_paths, with_rows)
        self._secrets = {*secrets}
        self._values = _values(self._healthy, " ".join(paths))

    def of_health(self, healthy: Sync) -> list[Finding]:
        """What is wrong without any fault."""
        found = [
            Finding("no fault", stream, "healthy", f"{healthy.statuses[stream]}, {len(self._healthy[stream])} rows")
            for stream in NEEDS
            if healthy.statuses[stream][-1:] != [COMPLETE] or not self._healthy[stream]
        ]
        paths_of = self.requests.with_rows
        few = [name for name, resource in RESOURCES.items() if len(paths_of[name]) < 1 + resource.fans_out]
        found += [Finding("no fault", name, "healthy", f"too few requests: {paths_of[name]}") for name in few]
        return found + self._of_sync("no fault", healthy)

    def findings(self, case: Case, sync: Sync) -> list[Finding]:
        """What is wrong with a sync, one finding for each stream and kind."""
        found = self._of_sync(str(case), sync)
        if sync.state != "ended":
            return found
        for stream in NEEDS:
            for kind, text in self._of_stream(case, stream, sync):
                found.append(Finding(str(case), stream, kind, text))
        return found

    def _of_sync(self, case: str, sync: Sync) -> list[Finding]:
        problems = [("output", text) for text in sync.strange]
        if sync.state != "ended":
            problems.append(("hung", "did not end"))
        ends = {statuses[-1] for statuses in sync.statuses.values()}
        if (sync.exit_code == 0) != (ends == {COMPLETE}):
            problems.append(("exit code", f"{sync.exit_code} with streams {sorted(ends)}"))
        if sync.asked_elsewhere:
            problems.append(("foreign host", sync.asked_elsewhere[0]))
        texts = "\n".join(sync.logs + sync.traces)
        longest = max(map(len, sync.logs + sync.traces), default=0)
        if longest > _LONGEST_MESSAGE:
            problems.append(("output", f"a message of {longest} characters"))
        problems += [("leak", "a secret") for value in self._secrets if value in texts]
        problems += [("leak", f"a value: {value[:30]}") for value in self._values if value in texts]
        return [Finding(case, WHOLE_SYNC, kind, text) for kind, text in problems]

    def _of_stream(self, case: Case, stream: str, sync: Sync) -> list[tuple[str, str]]:
        allowed = self._allowed(case, stream)
        statuses = sync.statuses[stream]
        end = statuses[-1] if statuses else "no status"
        rows = [_without_day(stream, row) for row in sync.rows[stream]]
        if end == COMPLETE:
            problems = []
            if allowed.must_fail:
                problems.append(("complete", f"COMPLETE with {len(rows)} rows, should fail"))
            else:
                problems += self._of_rows(case, stream, rows, allowed)
            if sync.errors[stream]:
                problems.append(("error of a complete stream", sync.errors[stream][0]["message"]))
            return problems
        if end != INCOMPLETE:
            return [("status", end)]
        if case.is_outage and not allowed.must_fail:
            allowed.may_fail = True
            allowed.transient = verdict.TRANSIENT in case.fault.verdicts.values()
        if not allowed.must_fail and not allowed.may_fail:
            message = sync.errors[stream][0]["message"] if sync.errors[stream] else "no trace"
            return [("failed in vain", message)]
        return self._of_failure(sync.errors[stream], allowed)

    def _of_rows(self, case: Case, stream: str, rows: list[Row], allowed: Allowed) -> list[tuple[str, str]]:
        ignored = frozenset(case.fault.ignored)
        expected = _by_key(self._keys[stream], allowed.rows, ignored)
        seen = _by_key(self._keys[stream], rows, ignored)
        problems = []
        missing, surplus = expected.keys() - seen.keys(), seen.keys() - expected.keys()
        # One user has one list of audiences: the first that is read, where the fault makes one of several users.
        if missing and not (case.fault.merges and stream == "audience_memberships"):
            problems.append(("lost", f"COMPLETE without {len(missing)} of {len(expected)} rows"))
        if surplus:
            problems.append(("surplus", f"{len(surplus)} rows that should not be, such as {min(surplus)[:60]}"))
        other = [key for key in expected.keys() & seen.keys() if expected[key] != seen[key] and not case.fault.merges]
        if other:
            problems.append(("changed", _difference(expected[other[0]], seen[other[0]])))
        # A list that names an item twice may be passed on as it is; what is read for its items may not double.
        is_own = NEEDS[stream][0] in case.resources
        if len(rows) > len(seen) and not (is_own and "twice" in case.fault.name):
            problems.append(("double", f"{len(rows)} rows with {len(seen)} keys"))
        return problems

    def _of_failure(self, errors: list[dict[str, Any]], allowed: Allowed) -> list[tuple[str, str]]:
        if not errors:
            return [("no trace", "INCOMPLETE without an error trace of the stream")]
        problems = []
        repeated = Counter(error["message"] for error in errors).most_common(1)[0]
        if repeated[1] > 1:
            problems.append(("repeated", f"{repeated[1]} times {repeated[0][:100]}"))
        types = sorted({error["failure_type"] for error in errors})
        if allowed.transient and types != ["transient_error"]:
            problems.append(("not transient", f"{types}: {errors[0]['message'][:140]}"))
        if allowed.config_error and types != ["config_error"]:
            problems.append(("not config_error", f"{types}: {errors[0]['message'][:140]}"))
        for error in errors:
            if not self._names_a_cause(error["message"]):
                problems.append(("message", error["message"][:200]))
                break
        return problems

    def _names_a_cause(self, message: str) -> bool:
        names_path = any(start in message for start in (HOST, "/v1", "/platform/", "/userprofile", "/oauth"))
        names_option = "(`" in message
        return (names_path or names_option) and "went wrong" not in message and "Error" not in message.partition(":")[0]

    def _allowed(self, case: Case, stream: str) -> Allowed:
        allowed = Allowed(self._healthy[stream])
        if case.place == EXPIRY:
            return allowed
        if case.place == TOKEN:
            self._apply(case, _passed(case, case.fault.token or verdict.FAILED), allowed, TOKEN, [])
            return allowed
        faulted = case.paths(self.requests)
        for position, name in enumerate(NEEDS[stream]):
            if name in faulted:
                expected = case.fault.verdicts[RESOURCES[name].kind]
                if position:
                    expected = case.fault.children.get(stream, expected)
                self._apply(case, _passed(case, expected), allowed, name, faulted[name])
        allowed.rows = [
            self._as_expected(case, stream, row, set(faulted.get(NEEDS[stream][0], ())))
            for row in allowed.rows
            if not any(paths <= allowed.lost for paths in self._origins.of(stream, row))
        ]
        return allowed

    def _apply(self, case: Case, expected: str, allowed: Allowed, name: str, paths: list[str]) -> None:
        is_all = name == TOKEN or len(paths) == len(self.requests.all[name])
        if expected in (verdict.FAILED, verdict.TRANSIENT):
            allowed.must_fail = True
            allowed.transient |= expected == verdict.TRANSIENT
            allowed.config_error |= case.fault.config_error
        elif expected == verdict.KEPT_OR_FAILED:
            allowed.may_fail = True
        elif expected == verdict.EMPTY:
            allowed.lost |= set(paths)
        elif expected in (verdict.MISSING, verdict.MISSING_OR_FAILED):
            may_all = case.fault.absent and name in MAY_ALL_BE_MISSING
            if is_all and not may_all:
                allowed.must_fail = True
            allowed.lost |= set(paths)
            allowed.may_fail |= expected == verdict.MISSING_OR_FAILED

    def _as_expected(self, case: Case, stream: str, row: Row, faulted: set[str]) -> Row:
        if not self._origins.of(stream, row)[0] & faulted or (stream in _REDUCED and not case.fault.merges):
            return row
        sets = {name: value for name, value in case.fault.sets.items() if name in row}
        return {**row, **case.fault.adds, **sets}


def _passed(case: Case, expected: str) -> str:
    return verdict.KEPT if case.passes else expected


def _without_day(stream: str, row: Row) -> Row:
    return row if stream != "audience_snapshots" else {**row, "date": "today"}


def _by_key(key: list[str], rows: list[Row], ignored: AbstractSet[str]) -> dict[str, Row]:
    return {
        json.dumps([_whole(row.get(name)) for name in key], sort_keys=True): {
            # A field without a value and a field that is not there are the same to a destination.
            name: value
            for name, value in row.items()
            if name not in ignored and value is not None
        }
        for row in rows
    }


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _difference(expected: Row, seen: Row) -> str:
    names = [name for name in {**expected, **seen} if expected.get(name, ...) != seen.get(name, ...)]
    name = names[0]
    return f"{name} is {str(seen.get(name, 'missing'))[:40]}, should be {str(expected.get(name, 'missing'))[:40]}"


def _values(rows: Mapping[str, list[Row]], paths: str) -> set[str]:
    """Texts in the rows that have no business in a log: not those that stand in paths or name a stream or its kind."""
    found: set[str] = set()

    def collect(value: Any, name: str = "") -> None:
        if isinstance(value, dict):
            for inner, each in value.items():
                collect(each, inner)
        elif isinstance(value, list):
            for each in value:
                collect(each, name)
        elif isinstance(value, str) and len(value) >= _SHORTEST_VALUE and name in _TELLING:
            found.add(value)

    for each in rows.values():
        collect(each)
    return {value for value in found if value not in paths and not urlsplit(value).scheme}


_TELLING = ("name", "external_name", "email", "first_name", "last_name", "description", "created_by", "mpid", "value")
