"""Results as a table that a person can read."""

from collections import Counter
from collections.abc import Sequence

from reliability.workers import Result

_SHOWN = 5


def table(results: Sequence[Result], cpu_seconds: float) -> str:
    """Return the counts of all seeds together, what was tried, and what was found."""
    counts, kinds = Counter[str](), Counter[str]()
    for result in results:
        counts.update(result.counts)
        kinds.update(result.kinds)
    bad = [result for result in results if result.findings]
    found = Counter(finding.kind for result in bad for finding in result.findings)
    lines = [f"{len(results)} runs in {cpu_seconds:.0f} CPU seconds: {found.total()} findings in {len(bad)} runs", ""]
    lines += [f"{name:<36}{count:>10,}" for name, count in counts.items()]
    lines += ["", "runs with", *(f"  {name:<34}{count:>10,}" for name, count in sorted(kinds.items()))]
    lines += ["", *(f"{kind}: {count}" for kind, count in found.most_common())]
    for result in bad:
        lines += [f"seed {result.seed}: [{kind}] {text}" for kind, text in result.findings[:_SHOWN]]
    return "\n".join(lines).rstrip() + "\n"
