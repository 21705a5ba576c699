"""`python -m emberwatch.practice serve`: the practice network in a process of its own."""

from __future__ import annotations

import argparse
import os

from emberwatch.practice import standalone


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m emberwatch.practice", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="serve the network on 127.0.0.1 until stopped")
    serve.add_argument("--port", type=int, default=8010)
    serve.add_argument("--database", default="practice.sqlite3", help="an SQLite file, or a database URL")
    asked = parser.parse_args()
    # From the environment, because a command line can be read by everyone on the machine.
    standalone.configure(asked.database, os.environ.get("PRACTICE_SECRET", ""))
    standalone.serve(asked.port)


if __name__ == "__main__":
    main()
