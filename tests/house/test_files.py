"""The rules of the house that are about files: where things lie, how long they are, what they are called."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TOP_LEVEL = {
    *("portal", "pages", "dossiers", "consent", "locale", "templates", "tests", "docs"),
    *("manage.py", "pyproject.toml", "README.md", "Makefile", "LICENSE", "publiccode.yml"),
    *("requirements.lock", "requirements-dev.lock"),
    *(".ci", ".editorconfig", ".gitattributes", ".gitignore", ".pre-commit-config.yaml"),
}
APPS = {
    "portal/audit": ("models", "services", "enums", "access"),
    "portal/vault": ("models", "services", "enums"),
    "portal/accounts": ("models", "services", "enums", "policy", "access", "queries"),
    "consent": ("models", "services", "enums", "policy", "access", "queries"),
    "dossiers": ("models", "services", "enums", "policy", "access", "queries", "workflow"),
    "pages": ("models", "access"),
}
LONGEST = 450


def tracked(*patterns: str) -> list[Path]:
    """The tracked files that match, and new ones that git would track."""
    answer = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    paths = (ROOT / name for name in answer.stdout.decode().split("\0") if name)
    return sorted(path for path in paths if path.exists())


PYTHON_FILES = [path for path in tracked("*.py") if "migrations" not in path.parts]


def names(paths: list[Path]) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in paths]


def test_the_top_level_holds_what_the_design_names() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in tracked()} <= TOP_LEVEL


def test_no_file_outgrows_its_room() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in PYTHON_FILES}
    assert {
        name: count for name, count in zip(names([*lengths]), lengths.values(), strict=True) if count > LONGEST
    } == {}


def test_no_file_is_a_drawer_for_anything() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert [name for name in names(PYTHON_FILES) if Path(name).stem in drawers or drawers & {*Path(name).parts}] == []


@pytest.mark.parametrize("app", APPS)
def test_an_app_has_the_files_that_the_design_names(app: str) -> None:
    folder = ROOT / app
    assert [name for name in APPS[app] if not (folder / f"{name}.py").exists() and not (folder / name).is_dir()] == []


def test_every_module_says_what_it_is_for() -> None:
    silent = []
    for path in PYTHON_FILES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
        # An app's configuration speaks for itself; a command may say it in its class.
        says_it_in_a_class = "commands" in path.parts and any(ast.get_docstring(node) for node in classes)
        if tree.body and path.name != "apps.py" and not ast.get_docstring(tree) and not says_it_in_a_class:
            silent.append(path)
    assert names(silent) == []


def test_every_public_function_of_a_policy_or_service_has_a_docstring() -> None:
    silent = []
    for path in PYTHON_FILES:
        if "tests" in path.parts or not {"services", "policy", "workflow", "queries"} & {path.stem, path.parent.name}:
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            is_public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
            if is_public and not ast.get_docstring(node):
                silent.append(f"{path.relative_to(ROOT)}: {node.name}")
    assert silent == []


def test_a_service_that_opens_a_transaction_takes_named_arguments_only() -> None:
    positional = []
    for path in PYTHON_FILES:
        if "tests" in path.parts or "services" not in {path.stem, path.parent.name}:
            continue
        positional += [
            f"{path.relative_to(ROOT)}: {node.name}"
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.FunctionDef)
            and not node.name.startswith("_")
            and node.args.args
            and "atomic" in {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
        ]
    assert positional == []


def test_the_launcher_needs_nothing_but_the_standard_library() -> None:
    inside_the_environment = {"prepare.py"}
    foreign = []
    for path in (ROOT / "portal" / "launch").glob("*.py"):
        if path.name in inside_the_environment:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules: list[str] = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                modules = [node.module or ""]
            foreign += [name for name in modules if name.split(".")[0] not in sys.stdlib_module_names]
    assert foreign == []


def test_commands_in_the_documentation_exist() -> None:
    targets = {
        line.split(":")[0] for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines() if ":" in line
    }
    missing = []
    for path in tracked("README.md", "docs/*.md"):
        for words in (part.split() for part in path.read_text(encoding="utf-8").split("`")[1::2]):
            if words[:1] == ["make"] and len(words) > 1:
                wanted = [word for word in words[1:] if "=" not in word and not word.startswith("-")]
                missing += [f"{path.name}: make {word}" for word in wanted[:1] if word not in targets]
    assert missing == []
