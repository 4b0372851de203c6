"""Settings from the environment: one line each, documented in docs/settings.md.

A test holds the table in the documentation against SETTINGS.
"""

import os
from pathlib import Path

from shangji.lib.values import dataclass


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, kind (text, flag, number, list), default and meaning."""

    name: str
    kind: str
    default: str
    help: str


SETTINGS: tuple[Setting, ...] = (
    Setting("SHANGJI_DATA_DIR", "text", "data", "Folder of the database, files and secret."),
    Setting("DATABASE_URL", "text", "", "postgresql://user:password@host/name; empty: SQLite."),
    Setting("SHANGJI_SECRET", "text", "", "Signing secret; empty: made once in the data folder."),
    Setting("SHANGJI_DEBUG", "flag", "0", "Development mode: tracebacks, mail shown on a page."),
    Setting("SHANGJI_DEMO", "flag", "0", "Demo mode: demo accounts offer sign-in in one click."),
    Setting("SHANGJI_BASE_URL", "text", "http://127.0.0.1:8000", "Address written into mails."),
    Setting("SHANGJI_ALLOWED_HOSTS", "list", "", "Further host names, with commas."),
    Setting("SHANGJI_HTTPS", "flag", "0", "Served by HTTPS: secure cookies and HSTS."),
    Setting("SHANGJI_LANGUAGE", "text", "zh-hans", "Language before a person chose one."),
    Setting("SHANGJI_TIME_ZONE", "text", "Asia/Shanghai", "Time zone before a person chose one."),
    Setting("SHANGJI_WEB_WORKERS", "number", "2", "Web processes of `shangji serve`."),
    Setting(
        "SHANGJI_MAIL_URL", "text", "", "smtp://user:password@host:587?tls=1; empty: not sent."
    ),
    Setting("SHANGJI_MAIL_FROM", "text", "Shangji <shangji@localhost>", "Sender of all mails."),
    Setting("SHANGJI_UPLOAD_LIMIT_MB", "number", "25", "Largest file somebody may upload."),
    Setting("SHANGJI_API_LIMIT", "number", "1200", "API requests a minute and person; 0: any."),
    Setting("SHANGJI_METRICS", "flag", "0", "Prometheus metrics at /metrics."),
    Setting("SHANGJI_LOG_FORMAT", "text", "text", "text or json."),
    Setting(
        "SHANGJI_OIDC_NAME", "text", "", "Label of the OpenID Connect button; empty: no button."
    ),
    Setting("SHANGJI_OIDC_SERVER", "text", "", "Issuer address of the OpenID Connect provider."),
    Setting("SHANGJI_OIDC_CLIENT_ID", "text", "", "Client id at that provider."),
    Setting("SHANGJI_OIDC_SECRET", "text", "", "Client secret at that provider."),
)
_DEFAULTS = {setting.name: setting.default for setting in SETTINGS}


def text(name: str) -> str:
    """The value of a listed setting; KeyError for one that is not listed."""
    return os.environ.get(name, "") or _DEFAULTS[name]


def flag(name: str) -> bool:
    return text(name).strip().lower() in {"1", "true", "yes", "on"}


def number(name: str) -> int:
    value = text(name)
    try:
        return int(value)
    except ValueError:
        raise SystemExit(f"{name} should be a whole number, is {value!r}") from None


def words(name: str) -> list[str]:
    return [word.strip() for word in text(name).split(",") if word.strip()]


def data_dir() -> Path:
    """The data folder, made when it is missing."""
    path = Path(text("SHANGJI_DATA_DIR")).resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SystemExit(
            f"shangji: SHANGJI_DATA_DIR is {path}, which cannot be made: {error.strerror}; "
            "name a folder you may write to"
        ) from None
    if not os.access(path, os.W_OK):
        raise SystemExit(f"shangji: SHANGJI_DATA_DIR is {path}, where you may not write")
    return path
