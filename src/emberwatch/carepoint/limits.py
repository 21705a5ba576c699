"""Keeps one address from flooding the care form."""

from __future__ import annotations

from django.core.cache import cache

MOST_AN_HOUR = 20
_HOUR = 3600


def is_flooding(address: str) -> bool:
    """Has this address sent more than MOST_AN_HOUR forms within an hour? Counts this one."""
    key = f"care-form:{address}"
    cache.add(key, 0, _HOUR)
    try:
        return cache.incr(key) > MOST_AN_HOUR
    except ValueError:
        return False
