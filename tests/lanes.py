"""`make test`: gets what the tests need, runs the whole suite on SQLite and on PostgreSQL, and says loudly what was
skipped for want of a server or root.

Arguments are handed to pytest: `make test ARGS="tests/cases -x"`; `ARGS="--lane sqlite"` runs one database only.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.servers import ServerMissing
from tests.servers.databases import URL
from tests.servers.postgres import postgres

DEBIAN = {
    "chromium": ("chromium",),
    "postgresql": ("/usr/lib/postgresql", "postgres"),
    "dovecot-imapd": ("/usr/sbin/dovecot", "dovecot"),
    "redis-server": ("redis-server",),
    "npm": ("npm",),
}
"""What each Debian package brings, to tell whether it is there."""

WIDTH = 78


def main(arguments: list[str]) -> int:
    """Run the lanes; 0 when every test that ran has passed on every database."""
    lanes = ["sqlite", "postgres"]
    if "--lane" in arguments:
        place = arguments.index("--lane")
        lanes = [arguments[place + 1]]
        del arguments[place : place + 2]
    _install([package for package, signs in DEBIAN.items() if not any(_there(sign) for sign in signs)])
    skipped: dict[str, str] = {}
    codes = {lane: _run(lane, arguments, skipped) for lane in lanes}
    _tell(codes, skipped)
    return max(codes.values())


def _there(sign: str) -> bool:
    return Path(sign).exists() if sign.startswith("/") else shutil.which(sign) is not None


def _install(missing: list[str]) -> None:
    if not missing:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        print(f"Not installed, and not ours to install without root: {', '.join(missing)}", flush=True)
        return
    print(f"Installing for the tests: {', '.join(missing)}", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", *missing]):
        subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, check=False)


def _run(lane: str, arguments: list[str], skipped: dict[str, str]) -> int:
    print(f"\n{'=' * WIDTH}\nAll tests on {lane}\n{'=' * WIDTH}", flush=True)
    if lane == "sqlite":
        return _pytest(arguments, {}, lane, skipped)
    try:
        with postgres() as url:
            return _pytest(arguments, {URL: url}, lane, skipped)
    except ServerMissing as missing:
        skipped["the whole suite on PostgreSQL"] = str(missing)
        return 0


def _pytest(arguments: list[str], extra: dict[str, str], lane: str, skipped: dict[str, str]) -> int:
    with tempfile.NamedTemporaryFile("r", suffix=".json") as told:
        environment = {**os.environ, **extra, "EMBERWATCH_TELL_SKIPS": told.name}
        spread = [] if any(word.startswith("-n") for word in arguments) else ["-n", "2", "--dist", "loadgroup"]
        code = subprocess.call([sys.executable, "-m", "pytest", *spread, *arguments], env=environment)
        lines = [json.loads(line) for line in told.read().splitlines()]
    skipped.update({f"{test} ({lane})": reason for test, reason in lines})
    return code


def _tell(codes: dict[str, int], skipped: dict[str, str]) -> None:
    print(f"\n{'=' * WIDTH}")
    for lane, code in codes.items():
        print(f"{lane}: {'passed' if code == 0 else f'FAILED (pytest ended with {code})'}")
    if skipped:
        print(f"\nNOT TESTED HERE ({len(skipped)}):")
        for test, reason in sorted(skipped.items()):
            print(f"  {test}\n      {reason}")
    else:
        print("Nothing was skipped.")
    print("=" * WIDTH, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
