"""Trains the models that triage ships. `make train` installs what it needs; never imported at run time."""

from pathlib import Path

MODELS = Path(__file__).parent.parent / "triage" / "models"
"""Where the weights lie."""
