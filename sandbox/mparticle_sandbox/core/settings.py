"""What can be changed about the sandbox while it runs."""

from dataclasses import dataclass, field, fields, replace
from typing import Any

from mparticle_sandbox.core.events_api.error_message import ERROR_PATHS
from mparticle_sandbox.core.events_api.facts.limits import BATCHES_PER_SECOND, BATCHES_PER_SECOND_GROWTH
from mparticle_sandbox.core.events_api.rate_limiter import RateLimits
from mparticle_sandbox.core.grants import Grants, GrantsError
from mparticle_sandbox.core.path_glob import MATCHABLE, can_match
from mparticle_sandbox.core.statuses import Statuses, StatusesError

# The starting value that mParticle documents for the Profile API.
PROFILE_REQUESTS_PER_SECOND = 15
LEAST = {"token_lifetime_s": 1, "rate": 1, "acceleration": 0, "profile_rate": 1, "deletions_per_request": 1}
# More than anything that is counted, and still exact in arithmetic with seconds.
MOST = 1_000_000_000
LIST_SHAPES = ("documented", "bare", "wrapped")
ANSWERS = ("service", "documented")
WORDS = {
    "list_shape": LIST_SHAPES,
    "answers": ANSWERS,
    "error_paths": ERROR_PATHS,
    "id_types": ("documented", "integer", "text"),
    "timestamps": ("documented", "zoned"),
    "os_in_path": ("lower", "any"),
    "service_in_path": ("any", "listed"),
}
_FLAGS = ("deduplicate", "form_tokens", "platform_rate_header", "compress")


class SettingsError(ValueError):
    """An invalid change; the message is one plain sentence."""


@dataclass(frozen=True)
class Settings:
    """The switches of a running sandbox.

    `token_lifetime_s`: seconds, for tokens issued from then on.
    `list_shape`: `documented` lists as mParticle documents them, `bare` all as arrays, `wrapped` all in an envelope.
    `errors_in_200`: glob of paths whose lists return 200 with `errors` filled in and no data; None for no path.
    `rate`: batches per second that one API key may send.
    `acceleration`: batches per second by which that may grow from one second to the next; 0 for without limit.
    `profile_rate`: requests per second to the Profile API.
    `grants`: the APIs that the credential may use.
    `answers`: `service` responds as clients saw the live service respond, `documented` as mParticle documents it.
    `error_paths`: what an error of `service` tells about its batch: `path_and_position`, `position` or `none`.
    `deduplicate`: whether a batch with a `source_request_id` that was seen before is taken for a duplicate.
    `deletions_per_request`: profiles that one request to the Bulk Profile Deletion API may delete.
    `refused_value`: a text; a batch that holds it as a value is refused, as for a reason that only the service knows.
    `missing_features`: globs of paths, of APIs that take an access token, that return 404.
    `list_shapes`: globs of paths with the shape of their lists, `bare` or `wrapped`; the first that matches outranks
    `list_shape`.
    `id_types`: whether the ids of the items of a list are as documented, all numbers or all texts.
    `timestamps`: `zoned` writes `Z` behind every time of a list that has no zone.
    `os_in_path`, `service_in_path`: in which case paths take an operating system and a service.
    `statuses`: the status of each case about which sources disagree.
    `form_tokens`: whether the token endpoint takes a form-encoded body too.
    `platform_rate_header`: whether the Platform API says how much of its rate is used.
    `compress`: whether responses to clients that accept gzip are compressed.
    """

    token_lifetime_s: int = 28_800
    list_shape: str = "documented"
    errors_in_200: str | None = None
    rate: int = BATCHES_PER_SECOND
    acceleration: int = BATCHES_PER_SECOND_GROWTH
    profile_rate: int = PROFILE_REQUESTS_PER_SECOND
    grants: Grants = field(default_factory=Grants)
    missing_features: tuple[str, ...] = ()
    answers: str = "service"
    error_paths: str = ERROR_PATHS[0]
    deduplicate: bool = True
    refused_value: str | None = None
    deletions_per_request: int = 100
    list_shapes: dict[str, str] = field(default_factory=dict)
    id_types: str = "documented"
    timestamps: str = "documented"
    os_in_path: str = "lower"
    service_in_path: str = "any"
    statuses: Statuses = field(default_factory=Statuses)
    form_tokens: bool = True
    platform_rate_header: bool = False
    compress: bool = False

    @property
    def rate_limits(self) -> RateLimits:
        """The limits of the Events API."""
        return RateLimits(self.rate, self.acceleration)

    @property
    def profile_rate_limits(self) -> RateLimits:
        """The limits of the Profile API, whose rate may grow without limit."""
        return RateLimits(self.profile_rate, growth=0)

    @property
    def unknown_identity_status(self) -> int:
        """The status for an identity that nobody has: the one that is set, or that of `answers`."""
        return self.statuses.unknown_identity or (404 if self.answers == "service" else 400)

    def changed(self, changes: Any) -> "Settings":
        """Return the settings with `changes` applied; raise SettingsError where one is unknown or of the wrong type."""
        if not isinstance(changes, dict):
            raise SettingsError("The body must be a JSON object of settings.")
        names = {setting.name for setting in fields(self)}
        for name in changes:
            if name not in names:
                raise SettingsError(f"Unknown setting {name!r}; the settings are {', '.join(sorted(names))}.")
        return replace(self, **{name: self._read(name, value) for name, value in changes.items()})

    def _read(self, name: str, value: Any) -> Any:
        """Return the value of a setting from its JSON form."""
        if name in ("grants", "statuses"):
            current: Grants | Statuses = getattr(self, name)
            try:
                return current.changed(value)
            except (GrantsError, StatusesError) as error:
                raise SettingsError(str(error)) from error
        return tuple(value) if name == "missing_features" and isinstance(value, list) else value

    def __post_init__(self) -> None:
        self._check_simple_ones()
        if self.refused_value is not None and not isinstance(self.refused_value, str):
            raise SettingsError("refused_value must be a string or null.")
        if self.errors_in_200 is not None and not isinstance(self.errors_in_200, str):
            raise SettingsError("errors_in_200 must be a glob of paths, such as '/v1/*', or null.")
        self._check_globs()

    def _check_globs(self) -> None:
        shapes = self.list_shapes
        if not isinstance(shapes, dict) or not all(shape in ("bare", "wrapped") for shape in shapes.values()):
            raise SettingsError(
                'list_shapes must be an object of bare and wrapped, such as {"/v1/audiences": "wrapped"}.'
            )
        globs = self.missing_features
        if not isinstance(globs, tuple) or not all(isinstance(glob, str) for glob in globs):
            raise SettingsError('missing_features must be a list of globs of paths, such as ["/userprofile/*"].')
        failing = () if self.errors_in_200 is None else (self.errors_in_200,)
        for name, paths in (("list_shapes", shapes), ("missing_features", globs), ("errors_in_200", failing)):
            if not all(map(can_match, paths)):
                raise SettingsError(f"Each path in {name} must be a glob {MATCHABLE}.")

    def _check_simple_ones(self) -> None:
        for name, least in LEAST.items():
            number = getattr(self, name)
            if type(number) is not int or not least <= number <= MOST:
                raise SettingsError(f"{name} must be a whole number of at least {least} and at most {MOST}.")
        for name, words in WORDS.items():
            if getattr(self, name) not in words:
                raise SettingsError(f"{name} must be one of {', '.join(words)}.")
        for name in _FLAGS:
            if not isinstance(getattr(self, name), bool):
                raise SettingsError(f"{name} must be true or false.")
