"""The command line: `mparticle-sandbox serve` and `mparticle-sandbox probe`."""

import argparse
import math
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from mparticle_sandbox.app import build_app
from mparticle_sandbox.core.catalog import Size
from mparticle_sandbox.core.events_api.error_message import ERROR_PATHS
from mparticle_sandbox.core.exports.options import DATE_FOLDERS, ExportOptions
from mparticle_sandbox.core.options import Options
from mparticle_sandbox.core.settings import ANSWERS, MOST, Settings, SettingsError
from mparticle_sandbox.exports.storage import StorageError, open_storage
from mparticle_sandbox.probe.commands.arguments import add_probe_command
from mparticle_sandbox.resources import seeded_catalog
from mparticle_sandbox.server import PortUnavailableError, bind, serve
from mparticle_sandbox.state import Sandbox

_DEFAULTS = Options()
_HIGHEST_PORT = 65_535
_MOST_DIGITS = 18
_MOST_HOURS = 10_000
# A sandbox keeps all of its data in memory.
_MOST_OBJECTS = 1_000_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    parser = _parser()
    args = parser.parse_args(arguments)
    status: int = args.run(args)
    return status


def _serve(args: argparse.Namespace) -> int:
    if len(args.api_key or ()) != len(args.api_secret or ()):
        args.fail("Every --api-key needs an --api-secret, in the same order.")
    if problem := _problem_with(args.api_key or (), args.api_secret or ()):
        args.fail(problem)
    try:
        options = _options(args)
        if args.like is not None:
            options = _mirrored(options, args.like)
        storage = None if args.export_to is None else open_storage(args.export_to)
        with bind(args.host, args.port) as listener:
            _serve_and_export(Sandbox(options, seeded_catalog(options.size, options.seed), storage=storage), listener)
    except (PortUnavailableError, SettingsError, StorageError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _serve_and_export(sandbox: Sandbox, listener: socket.socket) -> None:
    """Serve until stopped; write exports before, to see that they can be, and what is left of them at the end."""
    exporter = sandbox.exporter
    if exporter is not None:
        exporter.collect_verification(sandbox.clock())
        exporter.write()
    serve(build_app(sandbox), listener)
    if exporter is not None:
        exporter.collect(sandbox.clock(), everything=True)
        exporter.write()


def _problem_with(keys: Sequence[str], secrets: Sequence[str]) -> str | None:
    """Return why the inputs cannot be told apart by their credentials, or None where they can."""
    if any(":" in key for key in keys):
        return "An --api-key must hold no colon: in Basic authentication the key ends at the first one."
    if len(set(zip(keys, secrets, strict=True))) > len(set(keys)):
        return "One --api-key is given twice with different secrets; give each key once."
    return None


def _mirrored(options: Options, path: Path) -> Options:
    """Return the options with the settings of a probed account, and say what they leave out."""
    # Every start of a sandbox would wait for it.
    from mparticle_sandbox.probe.commands.mirror import mirror_report  # noqa: PLC0415

    mirrored = mirror_report(path, options.settings)
    for omission in mirrored.omissions:
        print(omission, file=sys.stderr)  # noqa: T201
    return replace(options, settings=mirrored.settings)


def _options(args: argparse.Namespace) -> Options:
    return Options(
        seed=args.seed,
        size=Size(
            args.accounts,
            args.workspaces,
            args.audiences,
            args.calculated_attributes,
            data_plans=args.data_plans,
            profiles=args.profiles,
            apps=args.apps,
            services=args.services,
            partner_feeds=args.partner_feeds,
            users=args.users,
            data_points=args.data_points,
        ),
        org_id=args.org_id,
        client_id=args.client_id,
        client_secret=args.client_secret,
        inputs=tuple(zip(args.api_key, args.api_secret, strict=True)) if args.api_key else _DEFAULTS.inputs,
        settings=Settings(
            args.token_lifetime,
            rate=args.rate,
            acceleration=args.acceleration,
            profile_rate=args.profile_rate,
            answers=args.answers,
            error_paths=args.error_paths,
            deduplicate=args.deduplicate,
            deletions_per_request=args.deletions_per_request,
        ),
        keep_requests=args.keep_requests,
        keep_batches=args.keep_batches,
        keep_request_ids=args.keep_request_ids,
        exports=_export_options(args),
    )


def _export_options(args: argparse.Namespace) -> ExportOptions:
    return ExportOptions(
        folder=args.export_folder.strip("/"),
        dates=args.export_dates,
        gzip=args.export_gzip,
        single_events=args.export_single_events,
        changes=args.export_changes,
        every=args.export_every,
        redelivered=args.export_redelivered,
        late=args.export_late,
        text_numbers=args.export_text_numbers,
        late_by_h=args.export_late_by,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mparticle-sandbox", description="A local mParticle over HTTP.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser(
        "serve", help="serve until stopped", formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    command.add_argument("--host", type=_filled, default="127.0.0.1", help="address to listen on")
    command.add_argument("--port", type=_whole(0, _HIGHEST_PORT), default=8080, help="port, 0 for a free one")
    command.add_argument(
        "--answers", choices=ANSWERS, default=_DEFAULTS.settings.answers, help="of the live service or as documented"
    )
    command.add_argument(
        "--like", type=Path, help="respond as the account whose probe.json this is; outranks the other options"
    )
    _add_data_options(command.add_argument_group("data"))
    _add_access_options(command.add_argument_group("access"))
    _add_events_options(command.add_argument_group("Events API"))
    _add_export_options(command.add_argument_group("exports"))
    profiles = command.add_argument_group("Profile API and Bulk Profile Deletion API")
    settings = _DEFAULTS.settings
    profiles.add_argument(
        "--profile-rate", type=_whole(1, MOST), default=settings.profile_rate, help="look-ups a second"
    )
    profiles.add_argument(
        "--deletions-per-request", type=_whole(1, MOST), default=settings.deletions_per_request, help="profiles at most"
    )
    command.set_defaults(run=_serve, fail=command.error)
    add_probe_command(commands)
    return parser


def _add_data_options(group: argparse._ArgumentGroup) -> None:
    size = _DEFAULTS.size
    group.add_argument(
        "--seed", type=int, default=_DEFAULTS.seed, help="the same seed gives the same data and the same faults"
    )
    for name, least, default, owner in (
        ("accounts", 1, size.accounts, "of the organization"),
        ("workspaces", 0, size.workspaces, "of the first account"),
        ("audiences", 0, size.audiences, "of the first account"),
        ("calculated-attributes", 0, size.calculated_attributes, "of each workspace"),
        ("data-plans", 0, size.data_plans, "of each workspace"),
        ("profiles", 0, size.profiles, "of the first workspace"),
        ("apps", 0, size.apps, "of the first account"),
        ("services", 0, size.services, "that the first account can set up"),
        ("partner-feeds", 0, size.partner_feeds, "of each workspace"),
        ("users", 0, size.users, "with access to the dashboard"),
        ("data-points", 0, size.data_points, "of each app"),
    ):
        group.add_argument(f"--{name}", type=_whole(least, _MOST_OBJECTS), default=default, help=owner)
    group.add_argument("--org-id", type=_whole(1), default=_DEFAULTS.org_id, help="id of the organization")
    group.add_argument(
        "--keep-requests", type=_whole(0), default=_DEFAULTS.keep_requests, help="requests to show in the report"
    )


def _add_access_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--client-id", type=_filled, default=_DEFAULTS.client_id, help="client id that gets a token")
    group.add_argument("--client-secret", type=_filled, default=_DEFAULTS.client_secret, help="its secret")
    group.add_argument(
        "--token-lifetime",
        type=_whole(1, MOST),
        default=_DEFAULTS.settings.token_lifetime_s,
        help="seconds a token is valid",
    )


def _add_events_options(group: argparse._ArgumentGroup) -> None:
    key, secret = _DEFAULTS.inputs[0]
    settings = _DEFAULTS.settings
    add = group.add_argument
    add(
        "--api-key", action="append", type=_filled, help=f"key of an input, once for each input; {key} if none is given"
    )
    add("--api-secret", action="append", type=_filled, help=f"its secret, in the same order; {secret} if none is given")
    add("--rate", type=_whole(1, MOST), default=settings.rate, help="batches a second for each key")
    add(
        "--acceleration",
        type=_whole(0, MOST),
        default=settings.acceleration,
        help="batches by which a second may exceed the one before, 0 for any number",
    )
    add("--error-paths", choices=ERROR_PATHS, default=settings.error_paths, help="what an error tells about its batch")
    add("--deduplicate", type=_flag, default=settings.deduplicate, help="whether to know a source_request_id again")
    add("--keep-batches", type=_whole(0), default=_DEFAULTS.keep_batches, help="accepted batches to remember")
    add("--keep-request-ids", type=_whole(0), default=_DEFAULTS.keep_request_ids, help="ids for deduplication, by key")


def _add_export_options(group: argparse._ArgumentGroup) -> None:
    options = _DEFAULTS.exports
    add = group.add_argument
    add(
        "--export-to",
        type=_filled,
        metavar="FOLDER_OR_URL",
        help="write what is accepted as mParticle writes it to storage: to a folder, or to a bucket such as"
        " s3://bucket/path, which needs mparticle-sandbox[s3], [gcs] or [azure]",
    )
    add("--export-folder", default=options.folder, help="base folder below that")
    add("--export-dates", choices=DATE_FOLDERS, default=options.dates, help="time that gives a file its date folder")
    add("--export-gzip", type=_flag, default=options.gzip, help="whether files are compressed; names stay the same")
    add("--export-single-events", type=_flag, default=options.single_events, help="whether each line has one event")
    add("--export-changes", type=_flag, default=options.changes, help="whether changes of users become events")
    add("--export-every", type=_whole(1, MOST), default=options.every, help="batches after which files are written")
    add("--export-redelivered", type=_share, default=options.redelivered, help="share of lines that come twice")
    add("--export-late", type=_share, default=options.late, help="share of lines in files with a later name")
    late_by = _whole(0, _MOST_HOURS)
    add("--export-late-by", type=late_by, default=options.late_by_h, help="hours by which that name is later")
    add("--export-text-numbers", type=_share, default=options.text_numbers, help="share of lines with ids as text")


def _filled(text: str) -> str:
    # An unset variable of a shell, mostly; as a host it would mean every address of the machine.
    if not text.strip():
        raise argparse.ArgumentTypeError("it is empty: give a value, or leave the option out for its default")
    return text


def _flag(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise argparse.ArgumentTypeError(f"{text!r} is neither true nor false")
    return text.lower() == "true"


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = math.nan
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text[:_MOST_DIGITS]!r} is not a share from 0 to 1")
    return share


def _whole(low: int, high: int | None = None) -> Callable[[str], int]:
    def parse(text: str) -> int:
        is_number = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
        number = int(text) if is_number else -1
        if number < low or (high is not None and number > high):
            limit = f"of at least {low}" if high is None else f"from {low} to {high}"
            raise argparse.ArgumentTypeError(f"{text[:_MOST_DIGITS]!r} is not a whole number {limit}")
        return number

    return parse
