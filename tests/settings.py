"""The settings of tests: the product's own, with a data folder that goes away."""

import atexit
import os
import shutil
import tempfile

from tests import clock

clock.begin()
_folder = tempfile.mkdtemp(prefix="shangji-test-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["SHANGJI_DATA_DIR"] = _folder
# What a developer has set for the own workspace says nothing about tests.
for _name in [name for name in os.environ if name.startswith("SHANGJI_")]:
    if _name not in {"SHANGJI_DATA_DIR", "SHANGJI_SHARED_DATA"}:
        del os.environ[_name]

from shangji.config.settings import *  # noqa: E402, F403

# A workspace with single sign-on has it (settings.py); its tests bring their own provider.
INSTALLED_APPS += ["allauth.socialaccount.providers.openid_connect"]  # noqa: F405
# Quick, for passwords that protect nothing.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# pytest keeps what is logged; a handler of our own would write to a stream it has closed.
LOGGING["handlers"]["out"] = {"class": "logging.NullHandler"}  # noqa: F405
# A file, as in production: the memory database locks whole tables against other threads.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):  # noqa: F405
    DATABASES["default"]["TEST"] = {"NAME": f"{_folder}/test.sqlite3"}  # noqa: F405
