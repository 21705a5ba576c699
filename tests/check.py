"""`make check`: style, types, floors, migrations. Prints each step and stops at the first that fails."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

BIN = Path(sys.executable).parent
STEPS: list[tuple[str, list[str]]] = [
    ("style", [str(BIN / "ruff"), "check", "."]),
    ("floors", [str(BIN / "lint-imports")]),
    ("types", [str(BIN / "mypy"), "src"]),
    ("migrations in step", [str(BIN / "django-admin"), "makemigrations", "--check", "--dry-run"]),
]


def main() -> int:
    """Run every step; 0 when all hold."""
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "EMBERWATCH_HOME": home, "DJANGO_SETTINGS_MODULE": "emberwatch.web.settings"}
        for name, command in STEPS:
            print(f"--- {name}", flush=True)
            if code := subprocess.call(command, env=env):
                print(f"{name} failed", file=sys.stderr)
                return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
