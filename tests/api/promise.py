"""Write tests/api/openapi.json anew: the promise to programs, as an administrator reads it.

    python -m tests.api.promise

Additions only; what a program relies on is taken back in a new version of the API.
"""

import json
import os
from pathlib import Path
from typing import Any


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    # Django is set up by this process
    import django  # noqa: PLC0415 - see above

    django.setup()
    from django.test.runner import DiscoverRunner  # noqa: PLC0415 - see above
    from django.utils import translation  # noqa: PLC0415 - see above

    from shangji.config.api.whole import described  # noqa: PLC0415 - see above
    from shangji.foundation.access.actor import system_actor  # noqa: PLC0415 - see above
    from shangji.records.api.openapi import openapi  # noqa: PLC0415 - see above

    runner = DiscoverRunner(verbosity=0, interactive=False)
    kept = runner.setup_databases()
    with translation.override("en"):
        document = openapi(described(), system_actor())
    runner.teardown_databases(kept)
    Path(__file__).with_name("openapi.json").write_text(written(document), encoding="utf-8")


def written(document: dict[str, Any]) -> str:
    """A line for each door and each schema, so that a difference is read in one line."""

    def line(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True)

    paths = [
        f"{line(path)}: {{\n"
        + ",\n".join(f"{line(method)}: {line(one)}" for method, one in item.items())
        + "}"
        for path, item in document["paths"].items()
    ]
    schemas = [
        f"{line(name)}: {line(one)}" for name, one in document["components"]["schemas"].items()
    ]
    return (
        '{"paths": {\n'
        + ",\n".join(paths)
        + '},\n"components": {"schemas": {\n'
        + ",\n".join(schemas)
        + "}}}\n"
    )


if __name__ == "__main__":
    main()
