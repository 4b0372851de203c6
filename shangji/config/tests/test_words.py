"""The audit log speaks in words: every operation the source names has some."""

import re
from pathlib import Path

import shangji
from shangji.foundation.audit.models import Operation
from shangji.records.audit_log import action_words

_CALL = re.compile(r'\boperation\(\s*\w+,\s*(?:action=)?"([a-z_]+(?:\.[a-z_]+)?)"')


def test_every_operation_has_words() -> None:
    root = Path(shangji.__file__).parent
    sources = [one for one in root.rglob("*.py") if "tests" not in one.parts]
    found = {name for one in sources for name in _CALL.findall(one.read_text("utf-8"))}
    assert {"activity.log", "opportunity.move", "stage.save"} <= found
    bare = {name for name in found if action_words(Operation(action=name)) == name}
    assert not bare
