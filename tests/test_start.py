"""What a web process loads before its first request, and with its first pages: nothing heavy."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

#: what only some pages, the worker or another door needs: loaded where it is used
HEAVY = {
    "cryptography": "passkeys",
    "fido2": "passkeys",
    "qrcode": "authenticator apps",
    "PIL": "pictures",
    "requests": "single sign-on",
    "urllib3": "single sign-on",
    "ninja": "the API",
    "pydantic": "the API",
    "prometheus_client": "metrics, where they are on",
    "babel": "names of currencies and countries",
    "phonenumbers": "telephone numbers",
    "pypinyin": "the search index",
    "holidays": "a process of its own: shangji/lib/public_holidays.py",
    "icalendar": "the calendar feed",
    "xlsxwriter": "exports",
    "python_calamine": "imports",
    "typst": "PDF",
    "numpy": "statistics, in the worker",
    "pandas": "nothing at all",
    "pyxirr": "statistics, in the worker",
    "scipy": "statistics, in the worker",
    "sklearn": "statistics, in the worker",
}

_START = """
import json, os, sys
import shangji.config.wsgi
loaded = [sorted(sys.modules)]
from django.urls import reverse
reverse("search:search")
reverse("mfa_index")
from django.template.loader import get_template
get_template("search/results.html")
loaded.append(sorted(sys.modules))
print(json.dumps(loaded))
"""


def test_a_start_and_a_first_page_load_nothing_heavy(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "shangji.config.settings",
        "SHANGJI_DATA_DIR": str(tmp_path),
    }
    answer = subprocess.run(
        [sys.executable, "-c", _START],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    for loaded in json.loads(answer.stdout.splitlines()[-1]):
        found = {name.partition(".")[0] for name in loaded}
        assert "django" in found
        heavy = {name: HEAVY[name] for name in sorted(found & HEAVY.keys())}
        assert heavy == {}, "import it where it is used, with a comment why"
