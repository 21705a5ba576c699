"""A mail server and how to sign in to it, for both directions."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Server:
    """One mail server and how to sign in."""

    host: str
    port: int
    security: str
    username: str
    password: str = field(repr=False)

    @property
    def place(self) -> str:
        """How messages name it."""
        return f"{self.host}:{self.port}"

    def said(self, words: object) -> str:
        """The server's own words, short, on one line, and never with our password in them."""
        plain = " ".join(str(words).split())
        return (plain.replace(self.password, "***") if self.password else plain)[:200].rstrip(". ")
