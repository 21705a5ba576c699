"""The thirteen promises, for every channel in the registry. There is nothing to opt in to."""

from emberwatch.conformance.promises import *  # noqa: F403

pytest_plugins = ["emberwatch.conformance.plugin"]
