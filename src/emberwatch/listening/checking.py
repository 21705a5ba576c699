"""Tries a channel's settings against the network, for a person who waits for the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx

from emberwatch.channels.interface import Condition, Health, Tools
from emberwatch.channels.registry import open_channel

PATIENCE = 20
"""Seconds a person waits for a check."""


async def check(kind: str, values: dict[str, Any], *, now: Callable[[], datetime]) -> Health:
    """How the channel does with these settings; whatever goes wrong is a Health with words, never an exception."""
    try:
        async with asyncio.timeout(PATIENCE), httpx.AsyncClient(timeout=15, follow_redirects=False) as http:
            return await open_channel(kind, values, Tools(http, now)).check()
    except TimeoutError:
        return Health(
            Condition.DEGRADED, f"No answer came within {PATIENCE} seconds. Check the address, then try again."
        )
    except (TypeError, ValueError) as error:
        return Health(Condition.DEGRADED, f"These settings do not fit together: {error}.")
    except Exception as error:
        return Health(
            Condition.DEGRADED, f"The check failed in a way nobody foresaw ({type(error).__name__}: {error})."
        )
