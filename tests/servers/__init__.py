"""Real servers for tests, each on loopback, each in a throwaway folder, each gone when the test run is gone."""

from __future__ import annotations


class ServerMissing(RuntimeError):
    """A test server cannot be had on this machine; the message says what to install."""

    def __init__(self, server: str, remedy: str) -> None:
        super().__init__(f"No {server} on this machine, so its tests cannot run. To have it: {remedy}")
        self.server = server
        self.remedy = remedy
