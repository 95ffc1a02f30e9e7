"""What it was measured on: the machine, and the versions of what takes part."""

import os
import platform
import re
from contextlib import suppress
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.sections import Environment

_PACKAGES = ("airbyte-cdk", "mparticle", "requests", "urllib3", "orjson")


def environment() -> Environment:
    """Return where and when this runs."""
    versions = [("CPython", platform.python_version())]
    for package in _PACKAGES:
        with suppress(PackageNotFoundError):
            versions.append((package, version(package)))
    machine = (
        ("Processor", _processor()),
        ("Cores", str(os.cpu_count())),
        ("Memory", f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"),
        ("System", f"{platform.system()} {platform.release()}"),
    )
    return Environment(f"{datetime.now(timezone.utc):%Y-%m-%d}", machine, tuple(versions), round(os.getloadavg()[0], 1))


def _processor() -> str:
    with suppress(OSError):
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
        if found:
            return found[1]
    return platform.processor() or platform.machine()
