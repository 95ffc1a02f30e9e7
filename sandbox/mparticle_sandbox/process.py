"""A sandbox that runs for as long as a `with` block lasts."""

import http
import json
import queue
import subprocess
import sys
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import IO, Any, final

from mparticle_sandbox.core.catalog import FIRST_ACCOUNT_ID, ORGANIZATION_ID
from mparticle_sandbox.core.options import API_KEY, API_SECRET, CLIENT_ID, CLIENT_SECRET

_READY = "mParticle sandbox listening on "
_STOP_TIMEOUT_S = 5
# What waits to be exported is written at the end, perhaps to a bucket.
_EXPORT_TIMEOUT_S = 60
_CALL_TIMEOUT_S = 30
_PAGE = 1000
# The server is on this machine, whatever proxy the environment names.
_open = urllib.request.build_opener(urllib.request.ProxyHandler({})).open


class SandboxExportError(RuntimeError):
    """The server ended without having written all exports; the message holds what it wrote to stderr."""


class SandboxStartError(RuntimeError):
    """The server did not get ready; the message holds what it wrote to stderr."""


_Option = str | int | float | Path | list[str]


@final
class SandboxProcess:
    """Runs the server on a free port in a process of its own, and speaks to its control API.

    `options` are those of `mparticle-sandbox serve`, with underscores: `SandboxProcess(audiences=100, seed=3)`. One
    that may be given several times takes a list: `SandboxProcess(api_key=["a", "b"], api_secret=["x", "y"])`.
    Its methods raise ValueError with a sentence for what the sandbox refuses. With `export_to`, a folder or the URL of
    a bucket, what is left to export is written when it stops; where that fails, `stop` raises SandboxExportError.
    """

    def __init__(self, *, start_timeout_s: float = 30, **options: _Option) -> None:
        self.client_id = str(options.get("client_id", CLIENT_ID))
        self.client_secret = str(options.get("client_secret", CLIENT_SECRET))
        self.api_key = _first(options.get("api_key", API_KEY))
        self.api_secret = _first(options.get("api_secret", API_SECRET))
        self.account_id = str(FIRST_ACCOUNT_ID)
        self.org_id = str(options.get("org_id", ORGANIZATION_ID))
        self.url = ""
        self._start_timeout_s = start_timeout_s
        self._exports = "export_to" in options
        self._arguments = [
            f"--{name.replace('_', '-')}={value}"
            for name, values in {"port": 0, **options}.items()
            for value in (values if isinstance(values, list) else [values])
        ]
        self._process: subprocess.Popen[str] | None = None
        self._stderr: IO[str] | None = None

    def __enter__(self) -> "SandboxProcess":
        self._stderr = tempfile.TemporaryFile("w+")
        self._process = subprocess.Popen(  # noqa: S603 - our own module, run by our own interpreter
            [sys.executable, "-m", "mparticle_sandbox", "serve", *self._arguments],
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            text=True,
        )
        try:
            self.url = self._wait_until_ready(self._process)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is None:
            self.stop()
        else:
            # What failed in the block is told, not what became of it at the end.
            self._end()

    @property
    def events_url(self) -> str:
        """The base of the Events API, as `https://s2s.mparticle.com/v2` is mParticle's."""
        return f"{self.url}/v2"

    def stop(self) -> None:
        """Stop the server; leaving the `with` block does the same."""
        code, errors = self._end()
        if self._exports and code != 0:
            raise SandboxExportError(f"The sandbox ended with exit code {code} before all was written: {errors}")

    def _end(self) -> tuple[int, str]:
        """End the process, if it has not ended, and return its exit code and what it wrote to stderr."""
        process, self._process = self._process, None
        if process is None:
            return 0, ""
        process.terminate()
        try:
            process.wait(_EXPORT_TIMEOUT_S if self._exports else _STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
        errors = self._errors()
        if self._stderr is not None:
            self._stderr.close()
            self._stderr = None
        return process.returncode, errors

    def requests(self) -> dict[str, Any]:
        """Return `{"total", "by_route", "requests"}`: what the sandbox was asked since it started or was cleared."""
        return dict(self._call("GET", "/requests"))

    def clear_requests(self) -> None:
        """Start counting requests from nothing."""
        self._call("DELETE", "/requests")

    def add_fault(self, **rule: Any) -> None:
        """Add a fault rule, such as `add_fault(path="/v1/*", status=503, times=2)`."""
        self._call("POST", "/faults", rule)

    def fired_faults(self) -> list[int]:
        """Return how often each fault rule has fired, in the order in which they were added."""
        return list(self._call("GET", "/faults/fired"))

    def clear_faults(self) -> None:
        """Remove every fault rule."""
        self._call("DELETE", "/faults")

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Change the given settings and return them all."""
        return dict(self._call("PATCH", "/settings", changes))

    def batches(self) -> list[dict[str, Any]]:
        """Return the accepted batches as they were sent, in order of arrival."""
        batches: list[dict[str, Any]] = []
        while page := self._call("GET", f"/events/batches?limit={_PAGE}&offset={len(batches)}")["batches"]:
            batches += [entry["batch"] for entry in page]
        return batches

    def user(self, key: str) -> list[dict[str, Any]]:
        """Return the accepted batches of one user, such as `customer_id:c-1` or `mpid:123`, in order of arrival."""
        found = self._call("GET", f"/events/users/{urllib.parse.quote(key, safe='')}")
        return [entry["batch"] for entry in found["batches"]]

    def events_report(self) -> dict[str, Any]:
        """Return what became of everything that was sent to the Events API, as counts."""
        return dict(self._call("GET", "/events/report"))

    def profiles(self) -> list[dict[str, Any]]:
        """Return `{"mpid", "customer_id", "workspace_id"}` of every user that the Profile API knows."""
        return list(self._call("GET", "/profiles")["profiles"])

    def deletions(self) -> dict[str, Any]:
        """Return `{"requests", "refused", "deleted", "unknown", "deletions"}` of the Bulk Profile Deletion API."""
        return dict(self._call("GET", "/deletions"))

    def exports(self) -> dict[str, Any]:
        """Return what was exported and what waits: `{"batches", "lines", "waiting_lines", "files", ...}`."""
        return dict(self._call("GET", "/exports"))

    def flush_exports(self) -> list[str]:
        """Write all that waits to be exported, and return the paths of the files below `export_to`."""
        return self._write("/exports/flush")

    def export_members(self) -> list[str]:
        """Write the members of all audiences as entrances, and return the paths of the files."""
        return self._write("/exports/audiences")

    def export_audience_changes(self, audience_id: int, changes: list[dict[str, Any]]) -> list[str]:
        """Write changes `{"is_add", "identities", "changed_at_ms"}` of an audience, and return the paths of the files.

        Without `changed_at_ms` a change is one of now.
        """
        return self._write("/exports/audiences", {"audience_id": audience_id, "changes": changes})

    def _write(self, path: str, content: Any = None) -> list[str]:
        return list(self._call("POST", path, content)["files"])

    def revoke_tokens(self) -> None:
        """Make every token issued so far invalid."""
        self._call("POST", "/tokens/revoke")

    def reset(self) -> None:
        """Return to the state in which the sandbox started: data, faults, settings, tokens, requests, events."""
        self._call("POST", "/reset")

    def _call(self, method: str, path: str, content: Any = None) -> Any:
        body = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(  # noqa: S310 - the address is the one our own server printed
            f"{self.url}/_sandbox{path}", body, {"Content-Type": "application/json"}, method=method
        )
        try:
            with _open(request, timeout=_CALL_TIMEOUT_S) as response:
                text = response.read()
        except urllib.error.HTTPError as error:
            with error:
                if error.code >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
                    raise RuntimeError(f"The sandbox failed. It wrote: {self._errors()}") from error
                raise ValueError(json.load(error)["error"]) from error
        return json.loads(text) if text else None

    def _wait_until_ready(self, process: "subprocess.Popen[str]") -> str:
        lines: queue.Queue[str] = queue.Queue()
        reader = threading.Thread(target=_read_line, args=(process.stdout, lines), daemon=True)
        reader.start()
        try:
            line = lines.get(timeout=self._start_timeout_s)
        except queue.Empty:
            raise SandboxStartError(
                f"The sandbox was not ready after {self._start_timeout_s} seconds. It wrote: {self._errors()}"
            ) from None
        if not line.startswith(_READY):
            process.wait(_STOP_TIMEOUT_S)
            raise SandboxStartError(f"The sandbox stopped with exit code {process.returncode}: {self._errors()}")
        return line.removeprefix(_READY).strip()

    def _errors(self) -> str:
        if self._stderr is None:
            return ""
        self._stderr.seek(0)
        return self._stderr.read().strip()


def _first(value: _Option) -> str:
    return value[0] if isinstance(value, list) else str(value)


def _read_line(stream: IO[str] | None, lines: "queue.Queue[str]") -> None:
    lines.put(stream.readline() if stream is not None else "")
