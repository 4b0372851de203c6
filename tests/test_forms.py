"""Every Django form speaks our words: it inherits shangji.ui.forms.Form."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "shangji"


def test_every_form_inherits_ours() -> None:
    strangers = [
        f"{path.relative_to(PACKAGE)}: {node.name}"
        for path in sorted(PACKAGE.rglob("*.py"))
        if "tests" not in path.parts and path != PACKAGE / "ui" / "forms.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef)
        for base in node.bases
        if ast.unparse(base) in {"forms.Form", "forms.ModelForm", "ModelForm"}
    ]
    assert strangers == [], "inherit shangji.ui.forms.Form: its errors are in our words"
