"""The project's files as the rules see them: relative path → text."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

# Made by tools; never ours, with or without git.
PRODUCED = {
    ".git",
    ".venv",
    "__pycache__",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".hypothesis",
    ".import_linter_cache",
    "build",
    "dist",
    "node_modules",
}


def listed(root: Path) -> list[Path]:
    """Every file that is or would be committed; a plain walk where git cannot say."""
    asked = ["git", "-C", str(root), "ls-files", "-z", "-co", "--exclude-standard"]
    try:
        known = subprocess.run(asked, capture_output=True, check=True).stdout.decode().split("\0")
    except (OSError, subprocess.CalledProcessError):
        return [path for path in root.rglob("*") if path.is_file() and not produced(path, root)]
    return [root / name for name in known if name and (root / name).is_file()]


def produced(path: Path, root: Path) -> bool:
    parts = path.relative_to(root).parts
    return any(part in PRODUCED or part.endswith(".egg-info") for part in parts)


@dataclass(frozen=True)
class Tree:
    root: Path

    @cached_property
    def files(self) -> dict[str, str]:
        """Path with forward slashes → text; a file that is not UTF-8 text is left out."""
        texts = {}
        for path in sorted(listed(self.root)):
            try:
                texts[path.relative_to(self.root).as_posix()] = path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
        return texts

    def under(self, *folders: str, ending: str = "") -> Iterator[tuple[str, str]]:
        """(path, text) of the files under any of the folders; vendored files are not ours."""
        for name, text in self.files.items():
            if "/vendor/" not in name and name.startswith(folders) and name.endswith(ending):
                yield name, text

    @cached_property
    def modules(self) -> dict[str, ast.Module]:
        """Filled by what the rules ask for: each file is parsed once, whatever their number."""
        return {}

    def python(self, *folders: str) -> Iterator[tuple[str, ast.Module]]:
        for name, text in self.under(*folders, ending=".py"):
            if name not in self.modules:
                self.modules[name] = ast.parse(text, filename=name)
            yield name, self.modules[name]

    def inside(self, parent: str) -> set[str]:
        """Names of the files and folders right under `parent` ("" or "services/")."""
        below = (name.removeprefix(parent) for name in self.files if name.startswith(parent))
        return {rest.split("/")[0] for rest in below}

    def folders(self, parent: str = "") -> set[str]:
        return {name for name in self.inside(parent) if f"{parent}{name}" not in self.files}
