"""The tree follows its rules, and each rule is able to fail."""

import shutil
from pathlib import Path

import pytest

from tests.architecture.broken import BROKEN, SOUND
from tests.architecture.rules import RULES, Rule
from tests.architecture.tree import Tree

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def project() -> Tree:
    return Tree(ROOT)


def plant(root: Path, files: dict[str, str]) -> Tree:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Tree(root)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_project_follows(rule: Rule, project: Tree) -> None:
    """A change that breaks a rule of the tree is seen before it lands."""
    assert "\n".join(rule(project)) == ""


@pytest.mark.parametrize(("rule", "path", "text"), BROKEN)
def test_a_broken_tree_is_found(rule: str, path: str, text: str, tmp_path: Path) -> None:
    """A rule that never fails would protect nothing."""
    [check] = [known for known in RULES if known.__name__ == rule]
    files = {} if path == "README.md" else dict(SOUND)
    assert list(check(plant(tmp_path, {**files, path: text})))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_sound_tree_is_left_alone(rule: Rule, tmp_path: Path) -> None:
    """A rule that complains about sound code would soon be switched off."""
    assert list(rule(plant(tmp_path, SOUND))) == []


def test_every_rule_has_a_broken_tree() -> None:
    """A new rule cannot arrive without the proof that it fails."""
    assert {rule.__name__ for rule in RULES} == {rule for rule, _, _ in BROKEN}


def test_the_walk_without_git_finds_the_same_sources(project: Tree, tmp_path: Path) -> None:
    """A downloaded archive, which has no git, is held to the same rules."""
    for name in project.files:
        if name.startswith("schemas/"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
    walked = Tree(tmp_path).files
    assert walked
    assert walked == {name: text for name, text in project.files.items() if name in walked}
