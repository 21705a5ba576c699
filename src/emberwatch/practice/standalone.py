"""The practice network on its own: minimal settings, one server, one database."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import dj_database_url
from django.conf import settings

_POLICY = b"default-src 'none'; form-action 'self'; " + b"; ".join(
    kind + b"-src 'self'" for kind in (b"script", b"style", b"img", b"connect")
)
_SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
}


def configure(database: str, secret: str) -> None:
    """Django for the practice network alone; `database` is a file's path or a database URL."""
    found: dict[str, Any] = (
        dict(dj_database_url.parse(database))
        if "://" in database
        else {"ENGINE": "django.db.backends.sqlite3", "NAME": str(Path(database).absolute()), "OPTIONS": _SQLITE}
    )
    settings.configure(
        DATABASES={"default": found},
        PRACTICE_SECRET=secret,
        SECRET_KEY=secrets.token_urlsafe(32),
        ALLOWED_HOSTS=["127.0.0.1", "localhost"],
        INSTALLED_APPS=["django.contrib.staticfiles", "emberwatch.practice"],
        MIDDLEWARE=[
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ],
        TEMPLATES=[{
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
        }],
        ROOT_URLCONF="emberwatch.practice.standalone_urls",
        STATIC_URL="/static/",
        USE_TZ=True,
        DATA_UPLOAD_MAX_MEMORY_SIZE=12 * 1024 * 1024,
    )  # fmt: skip
    import django

    django.setup()


def serve(port: int) -> None:
    """Bring the database up to date and serve on loopback until stopped."""
    import uvicorn
    from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
    from django.core.asgi import get_asgi_application
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    application = _guarded(ASGIStaticFilesHandler(get_asgi_application()))
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.run(
            application, host="127.0.0.1", port=port, log_level="warning", lifespan="off",
            timeout_graceful_shutdown=1, timeout_keep_alive=60,
        )  # fmt: skip


def _guarded(application: Any) -> Callable[..., Awaitable[None]]:
    """The same application, its pages under the strict content security policy that the desk has."""

    async def guarded(scope: Any, receive: Any, send: Any) -> None:
        async def send_guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], (b"content-security-policy", _POLICY)]}
            await send(message)

        await application(scope, receive, send_guarded)

    return guarded
