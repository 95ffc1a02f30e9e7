"""Globs over the paths of requests: `*` any text, `?` one character, `[ab]` one of several."""

import re
from fnmatch import fnmatchcase, translate

MATCHABLE = (
    "that a path can match, such as '/v1/*': it begins with '/' or a wildcard, closes each '[', and holds neither NUL "
    "nor half of a character"
)
# A bracket right after the first one is a member, not the end.
_SET = re.compile(r"\[(?:![^\0]|[^!])[^\]]*\]")
_NEVER_IN_A_PATH = re.compile(r"[\0\ud800-\udfff]")
# What the library makes of a set without members, such as `[z-a]`.
_NOTHING = "(?!)"


def can_match(glob: str) -> bool:
    """Say whether any path matches; paths begin with a slash."""
    sets = _SET.findall(glob)
    if not glob or _NEVER_IN_A_PATH.search(glob) or "[" in _SET.sub("", glob):
        return False
    if any(_NOTHING in translate(each) for each in sets):
        return False
    return glob[0] in "/*?" or (glob[0] == "[" and fnmatchcase("/", sets[0]))
