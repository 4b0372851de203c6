"""Django settings. Everything a company may set comes from the environment (env.py)."""

from shangji.config import sqlite  # noqa: F401 isort: skip - first: replaces sqlite3

import logging
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

import structlog
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from shangji.config import env

PACKAGE = Path(__file__).resolve().parent.parent
DATA_DIR = env.data_dir()
DEBUG = env.flag("SHANGJI_DEBUG")
DEMO = env.flag("SHANGJI_DEMO")
HTTPS = env.flag("SHANGJI_HTTPS")
BASE_URL = env.text("SHANGJI_BASE_URL").rstrip("/")


def _secret() -> str:
    """The signing secret: from the environment, else made once and kept in the data folder."""
    given = env.text("SHANGJI_SECRET")
    if given:
        return given
    path = DATA_DIR / "secret"
    if not path.exists():
        path.write_text(secrets.token_urlsafe(48))
        path.chmod(0o600)
    return path.read_text().strip()


SECRET_KEY = _secret()
ALLOWED_HOSTS = [
    "127.0.0.1",
    "localhost",
    "[::1]",
    urlsplit(BASE_URL).hostname or "localhost",
    *env.words("SHANGJI_ALLOWED_HOSTS"),
]
USE_X_FORWARDED_HOST = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sites",
    "django_htmx",
    "csp",
    "shangji.ui",
    "shangji.foundation.workspace",
    "shangji.foundation.access",
    "shangji.foundation.jobs",
    "shangji.foundation.events",
    "shangji.foundation.audit",
    "shangji.foundation.mail",
    "shangji.foundation.people",
    "shangji.foundation.files",
    "shangji.foundation.notices",
    "shangji.foundation.search",
    "shangji.records",
    "shangji.automation",
    "shangji.core.products",
    "shangji.core.accounts",
    "shangji.core.contacts",
    "shangji.core.channels",
    "shangji.core.opportunities",
    "shangji.core.activities",
    "shangji.phases.identify",
    "shangji.phases.evaluate",
    "shangji.insights",
    "shangji.config",
    # after ours, so that our templates of the same name win
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "axes",
]
if env.text("SHANGJI_OIDC_SERVER"):
    # brings an HTTP client with it, which nobody else of a web process needs
    INSTALLED_APPS.append("allauth.socialaccount.providers.openid_connect")

MIDDLEWARE = [
    "shangji.config.middleware.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "shangji.config.middleware.KeyMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "shangji.config.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "shangji.foundation.people.middleware.PersonMiddleware",
    # a page is for people who signed in, unless it says login_not_required
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shangji.config.middleware.ActorMiddleware",
    "shangji.foundation.files.middleware.UploadMiddleware",
    "shangji.config.middleware.DomainErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "shangji.config.urls"
WSGI_APPLICATION = "shangji.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SITE_ID = 1

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "shangji.ui.loader.Loader",
                            ["django.template.loaders.app_directories.Loader"],
                        )
                    ],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "shangji.config.context.shell",
            ],
            "builtins": ["template_partials.templatetags.partials"],
        },
    }
]


def _database() -> dict[str, object]:
    """SQLite in the data folder, or PostgreSQL by DATABASE_URL."""
    url = env.text("DATABASE_URL")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "shangji.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 15,
                # pages are read from the file's mapping, which all processes share and the system
                # may drop; each connection's own cache holds what a transaction changed
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                    "PRAGMA cache_size=-16384; PRAGMA mmap_size=2147418112;"
                    "PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864;"
                ),
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise SystemExit(f"DATABASE_URL should begin with postgresql://, begins with {url[:12]!r}")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": 8, "timeout": 20},
            # compiling a part that is hardly ever run takes longer than all the others together;
            # what is prepared by name (workspace/statements.py) has one plan for all parameters
            "options": "-c jit=off -c plan_cache_mode=force_generic_plan",
        },
    }


DATABASES = {"default": _database()}

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "shangji.foundation.people.backends.PeopleBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "shangji.foundation.people.passwords.LongEnough",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Wrong passwords are counted by django-axes, wrong second steps by wrong_codes.py, over all
# processes; allauth would count them in each.
ACCOUNT_RATE_LIMITS = {"login_failed": None}
ACCOUNT_FORMS = {
    "change_password": "shangji.foundation.people.forms.passwords.ChangePasswordForm",
    "reauthenticate": "shangji.foundation.people.forms.passwords.ReauthenticateForm",
    "set_password": "shangji.foundation.people.forms.passwords.SetPasswordForm",
    "reset_password": "shangji.foundation.people.forms.passwords.ResetPasswordForm",
    "reset_password_from_key": "shangji.foundation.people.forms.passwords.ResetPasswordKeyForm",
}
ACCOUNT_ADAPTER = "shangji.foundation.people.adapter.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "shangji.foundation.people.adapter.SocialAccountAdapter"
MFA_ADAPTER = "shangji.foundation.people.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Shangji"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # people are invited by their address; nobody confirms it
MFA_TOTP_TOLERANCE = 1  # the code before and the one after: who types slowly, or by another clock
_SECOND_STEP = "shangji.foundation.people.forms.second_step"
MFA_FORMS = {
    "authenticate": f"{_SECOND_STEP}.AuthenticateForm",
    "reauthenticate": f"{_SECOND_STEP}.ReauthenticateForm",
    "activate_totp": f"{_SECOND_STEP}.ActivateTOTPForm",
    "deactivate_totp": f"{_SECOND_STEP}.DeactivateTOTPForm",
    "login_webauthn": f"{_SECOND_STEP}.LoginPasskeyForm",
    "authenticate_webauthn": f"{_SECOND_STEP}.AuthenticatePasskeyForm",
    "reauthenticate_webauthn": f"{_SECOND_STEP}.ReauthenticatePasskeyForm",
    "add_webauthn": f"{_SECOND_STEP}.AddPasskeyForm",
    "edit_webauthn": f"{_SECOND_STEP}.EditPasskeyForm",
}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_PROVIDERS = (
    {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": env.text("SHANGJI_OIDC_NAME"),
                    "client_id": env.text("SHANGJI_OIDC_CLIENT_ID"),
                    "secret": env.text("SHANGJI_OIDC_SECRET"),
                    "settings": {"server_url": env.text("SHANGJI_OIDC_SERVER")},
                }
            ],
        }
    }
    if env.text("SHANGJI_OIDC_SERVER")
    else {}
)
AXES_FAILURE_LIMIT = 10
AXES_HANDLER = "shangji.foundation.people.lockout.Handler"
AXES_COOLOFF_TIME = "shangji.foundation.people.lockout.pause"
AXES_LOCKOUT_PARAMETERS = "shangji.foundation.people.lockout.parameters"
AXES_USERNAME_CALLABLE = "shangji.foundation.people.lockout.username"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "login"
AXES_LOCKOUT_CALLABLE = "shangji.foundation.people.lockout.locked_page"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False

SESSION_ENGINE = "shangji.foundation.people.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_NAME = "sj_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "sj_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "shangji.config.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}

LANGUAGE_CODE = env.text("SHANGJI_LANGUAGE")
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE.parent / "locale", PACKAGE / "locale"]  # a checkout, an installed wheel
LANGUAGE_COOKIE_NAME = "sj_language"
TIME_ZONE = env.text("SHANGJI_TIME_ZONE")
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns of a missing folder
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
# what Vite builds carries its hash in its name
WHITENOISE_IMMUTABLE_FILE_TEST = r"/dist/assets/.+-[\w-]{8}\.\w+$"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
UPLOAD_LIMIT = env.number("SHANGJI_UPLOAD_LIMIT_MB") * 1024 * 1024
FILES_DIR = DATA_DIR / "files"

DEFAULT_FROM_EMAIL = env.text("SHANGJI_MAIL_FROM")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = "shangji.foundation.mail.backend.OutboxBackend"
MAIL_URL = env.text("SHANGJI_MAIL_URL")
OUTGOING_PAUSED_FLAG = DATA_DIR / "outgoing.paused"
API_LIMIT = env.number("SHANGJI_API_LIMIT")
METRICS = env.flag("SHANGJI_METRICS")

LOG_FORMAT = env.text("SHANGJI_LOG_FORMAT")
_SHARED_PROCESSORS = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
structlog.configure(
    processors=[
        *_SHARED_PROCESSORS,
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "foreign_pre_chain": _SHARED_PROCESSORS,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False)
                if LOG_FORMAT == "json"
                else structlog.dev.ConsoleRenderer(colors=False),
            ],
        }
    },
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["out"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "axes": {"level": "WARNING"},
    },
}
# auth.W004: the mail is unique by a constraint over its lower case.
SILENCED_SYSTEM_CHECKS = ["axes.W003", "auth.W004"]
