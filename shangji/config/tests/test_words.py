"""The audit log speaks in words: every operation the source names has some."""

import re
from pathlib import Path

import shangji
from shangji.foundation.audit.models import Operation
from shangji.records.audit_log import action_words

_CALL = re.compile(r'\boperation\(\s*\w+,\s*(?:action=)?"([a-z_]+(?:\.[a-z_]+)?)"')
#: handed to a helper that opens the operation
_GIVEN = re.compile(r'\baction="([a-z_]+\.[a-z_]+)"')
#: of whatever record type is at hand: f"{record_type}.purge"
_OF_TYPE = re.compile(r'f"\{[a-z_.]*type\}\.([a-z_]+)"')


def test_every_operation_on_any_type_has_words() -> None:
    root = Path(shangji.__file__).parent
    sources = [one for one in root.rglob("*.py") if "tests" not in one.parts]
    verbs = {verb for one in sources for verb in _OF_TYPE.findall(one.read_text("utf-8"))}
    assert {"create", "import", "purge", "bulk_delete"} <= verbs
    found = {f"account.{verb}" for verb in verbs} | {"user.import"}
    bare = {name for name in found if action_words(Operation(action=name)) == name}
    assert not bare


def test_every_operation_has_words() -> None:
    root = Path(shangji.__file__).parent
    sources = [one for one in root.rglob("*.py") if "tests" not in one.parts]
    texts = [one.read_text("utf-8") for one in sources]
    found = {name for text in texts for name in (*_CALL.findall(text), *_GIVEN.findall(text))}
    assert {"activity.log", "opportunity.bulk_move", "opportunity.move", "stage.save"} <= found
    bare = {name for name in found if action_words(Operation(action=name)) == name}
    assert not bare
