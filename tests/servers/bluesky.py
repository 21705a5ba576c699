"""A Bluesky network of our own: `with bluesky() as network`, or `python -m tests.servers.bluesky` to keep one running.

It is the network's developers' own test network, unchanged: a directory, a personal data server and an AppView.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tests.servers import ServerMissing
from tests.servers.postgres import postgres, postgres_binaries
from tests.servers.processes import StartFailed, guarded, temporary_folder, wait_until
from tests.servers.redis import redis, redis_binary

_HERE = Path(__file__).parent / "bluesky-network"
_OLDEST_NODE = 18
NAMES = ("larkfield", "mara", "ines", "otto")


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody on the network; `password` opens everything, `app_password` what an app may do."""

    handle: str
    did: str
    password: str
    app_password: str


@dataclass(frozen=True, slots=True)
class Network:
    """Where the network's servers are, and who is on it, by short name."""

    pds: str
    plc: str
    appview: str
    accounts: Mapping[str, Account]


@contextlib.contextmanager
def bluesky() -> Iterator[Network]:
    """Yield a fresh network with the accounts in NAMES, all on 127.0.0.1; about 8 s, some minutes the first time.

    Raises ServerMissing when Node, npm, Redis or PostgreSQL is not installed, or the packages cannot be fetched.
    """
    node = _node()
    packages = _packages()
    with temporary_folder("emberwatch-bsky-") as folder, postgres() as database, redis() as redis_port:
        log, answer = folder / "network.log", folder / "ready.json"
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "TMPDIR": str(folder),
            "NODE_MODULES_OF": str(packages),
            "DB_POSTGRES_URL": database,
            "REDIS_HOST": f"127.0.0.1:{redis_port}",
            "ACCOUNTS": ",".join(NAMES),
        }
        with (
            answer.open("wb") as out,
            guarded(
                [node, _HERE / "start.mjs"], folder=folder, environment=environment, log=log, stdout=out.fileno()
            ) as process,
        ):
            wait_until(lambda: _line(answer) != b"", process, log, what="The Bluesky network", seconds=90)
            yield msgspec.convert(json.loads(_line(answer)), Network)


def find_missing() -> ServerMissing | None:
    """What of the network's needs is not installed on this machine; None when `bluesky()` can be tried."""
    try:
        _node()
        redis_binary()
        postgres_binaries()
    except ServerMissing as missing:
        return missing
    return None


def _line(path: Path) -> bytes:
    """The one line of JSON, once it is whole; anything else that was printed is passed over."""
    lines = path.read_bytes().split(b"\n")[:-1]
    return next((line for line in lines if line.startswith(b'{"pds"')), b"")


def _node() -> str:
    node = shutil.which("node")
    if node is None or shutil.which("npm") is None:
        raise ServerMissing("node and npm", "install Node.js 20")
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(said.lstrip("v").split(".")[0]) < _OLDEST_NODE:
        raise ServerMissing(f"recent Node.js (found {said})", "install Node.js 20")
    return node


def _packages() -> Path:
    """The folder with the network's packages, installed outside the tree once for each state of the lock file."""
    lock = (_HERE / "package-lock.json").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "emberwatch-tests" / "bluesky"
    folder = cache / hashlib.sha256(lock).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            _install(folder)
            (folder / "complete").touch()
    return folder


def _install(folder: Path) -> None:
    print("Fetching the Bluesky test network with npm; a few minutes, this once.", file=sys.stderr, flush=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_HERE / name, folder / name)
    command = ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        end = (done.stdout + done.stderr)[-1500:]
        raise ServerMissing("Bluesky test network", f"make `npm ci` work in {_HERE}; it said:\n{end}")


def _serve() -> None:
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    with contextlib.suppress(KeyboardInterrupt), bluesky() as network:
        print(json.dumps(msgspec.to_builtins(network), indent=2), flush=True)
        signal.pause()


if __name__ == "__main__":
    try:
        _serve()
    except (ServerMissing, StartFailed) as error:
        sys.exit(str(error))
