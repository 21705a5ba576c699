"""Credentials at rest: encrypted with the installation's own key, decrypted only to be used."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import models


class KeyLost(RuntimeError):
    """The stored credentials were made with another key."""


@cache
def _lock(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()))


class SealedJSONField(models.TextField[dict[str, Any], dict[str, Any]]):
    """A JSON object that is stored encrypted (Fernet: AES-128-CBC with HMAC-SHA256).

    Raises KeyLost on reading what another key wrote.
    """

    def get_prep_value(self, value: Any) -> str:
        """The object, encrypted."""
        return _lock(settings.CREDENTIALS_KEY).encrypt(json.dumps(value or {}).encode()).decode()

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> dict[str, Any]:
        """The object, in clear."""
        if not value:
            return {}
        try:
            clear = _lock(settings.CREDENTIALS_KEY).decrypt(value.encode())
        except InvalidToken:
            raise KeyLost(
                "These credentials were stored with another key. Put the old credentials.key back,"
                " or enter the source's credentials again."
            ) from None
        loaded: dict[str, Any] = json.loads(clear)
        return loaded

    def to_python(self, value: Any) -> dict[str, Any]:
        """The object itself."""
        return dict(value or {})
