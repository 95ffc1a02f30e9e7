"""The command line: `mparticle-sandbox serve`."""

import argparse
import sys
from collections.abc import Callable, Sequence

from mparticle_sandbox.app import build_app
from mparticle_sandbox.core.catalogue import Size
from mparticle_sandbox.core.settings import Settings
from mparticle_sandbox.resources import seeded_catalogue
from mparticle_sandbox.server import PortUnavailableError, bind, serve
from mparticle_sandbox.state import Options, Sandbox

_DEFAULTS = Options()
_HIGHEST_PORT = 65_535


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    chosen = _parser().parse_args(arguments)
    options = _options(chosen)
    try:
        listener = bind(chosen.host, chosen.port)
    except PortUnavailableError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    serve(build_app(Sandbox(options, seeded_catalogue(options.size, options.seed))), listener)
    return 0


def _options(chosen: argparse.Namespace) -> Options:
    return Options(
        seed=chosen.seed,
        size=Size(chosen.accounts, chosen.workspaces, chosen.audiences, chosen.calculated_attributes),
        client_id=chosen.client_id,
        client_secret=chosen.client_secret,
        settings=Settings(token_lifetime_s=chosen.token_lifetime),
        keep_requests=chosen.keep_requests,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="mparticle-sandbox", description="A local mParticle over HTTP.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    show_defaults = argparse.ArgumentDefaultsHelpFormatter
    command = commands.add_parser("serve", help="serve until stopped", formatter_class=show_defaults)
    add = command.add_argument
    size = _DEFAULTS.size
    add("--host", default="127.0.0.1", help="address to listen on")
    add("--port", type=_whole(0, _HIGHEST_PORT), default=8080, help="port to listen on, 0 for a free one")
    add("--seed", type=int, default=_DEFAULTS.seed, help="the same seed gives the same data and faults")
    add("--accounts", type=_whole(1), default=size.accounts, help="accounts of the organization")
    add("--workspaces", type=_whole(0), default=size.workspaces, help="workspaces of the first account")
    add("--audiences", type=_whole(0), default=size.audiences, help="audiences of the first account")
    add(
        "--calculated-attributes",
        type=_whole(0),
        default=size.calculated_attributes,
        help="calculated attributes per workspace",
    )
    add("--client-id", default=_DEFAULTS.client_id, help="client id that gets a token")
    add("--client-secret", default=_DEFAULTS.client_secret, help="its secret")
    add("--token-lifetime", type=_whole(1), default=_DEFAULTS.settings.token_lifetime_s, help="seconds")
    add("--keep-requests", type=_whole(0), default=_DEFAULTS.keep_requests, help="requests to remember")
    return parser


def _whole(low: int, high: int | None = None) -> Callable[[str], int]:
    def parse(text: str) -> int:
        number = int(text) if text.isascii() and text.isdigit() else -1
        if number < low or (high is not None and number > high):
            limit = f"of at least {low}" if high is None else f"from {low} to {high}"
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number {limit}")
        return number

    return parse
