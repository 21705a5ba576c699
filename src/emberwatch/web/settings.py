"""Django's settings. Everything an operator may change is an environment variable; docs/operate.md lists them."""

from __future__ import annotations

import os
from typing import Any

import dj_database_url

from emberwatch.web.home import home, kept_secret

HOME = home()
DEBUG = os.environ.get("EMBERWATCH_DEBUG") == "1"
SECRET_KEY = os.environ.get("EMBERWATCH_SECRET_KEY") or kept_secret("secret.key")
CREDENTIALS_KEY = os.environ.get("EMBERWATCH_CREDENTIALS_KEY") or kept_secret("credentials.key")
PRACTICE_SECRET = os.environ.get("EMBERWATCH_PRACTICE_SECRET") or kept_secret("practice.key", bytes_long=24)
PUBLIC_URL = os.environ.get("EMBERWATCH_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = os.environ.get("EMBERWATCH_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL.startswith("https") else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "lucide",
    "emberwatch.workspaces",  # before allauth, whose templates it replaces
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
    "emberwatch.journal",
    "emberwatch.listening",
    "emberwatch.cases",
    "emberwatch.replies",
    "emberwatch.carepoint",
    "emberwatch.engine",
    "emberwatch.web",
    "emberwatch.practice",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "emberwatch.web.middleware.content_security_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "emberwatch.web.middleware.speak_plainly",
]

ROOT_URLCONF = "emberwatch.web.urls"
ASGI_APPLICATION = "emberwatch.web.asgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "emberwatch.web.context.shell",
            ],
            "builtins": ["emberwatch.web.templatetags.desk", "lucide.templatetags.lucide"],
        },
    }
]


def _database() -> dict[str, Any]:
    url = os.environ.get("EMBERWATCH_DATABASE_URL") or f"sqlite:///{HOME / 'emberwatch.sqlite3'}"
    found: dict[str, Any] = dict(dj_database_url.parse(url))
    if found["ENGINE"] == "django.db.backends.sqlite3":
        found["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;"
                " PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON;"
            ),
        }
    else:
        # Requests run in threads of their own, so a pool is what keeps connections few.
        found["OPTIONS"] = {"pool": {"min_size": 2, "max_size": 24, "timeout": 20}}
    return found


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "workspaces.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "emberwatch.workspaces.accounts.ByInvitation"
ACCOUNT_SESSION_REMEMBER = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = HOME / "files"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("EMBERWATCH_LOG", "WARNING")},
}
