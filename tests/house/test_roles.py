"""Roles are compared in ``policy.py``, or a package of that name, and nowhere else."""

import ast
from pathlib import Path

from .test_files import PYTHON_FILES, ROOT

# Where a role is a value and not a decision: the vocabulary, the access table, the actor and what fills the database.
MAY_NAME_ROLES = {"policy.py", "enums.py", "access.py", "actor.py"}


def _is_a_role(node: ast.AST) -> bool:
    """``Role.X``, ``Role.X.value`` or a list, set or tuple with one in it; the argument of a call is no comparison."""
    if isinstance(node, ast.Attribute):
        return (isinstance(node.value, ast.Name) and node.value.id == "Role") or _is_a_role(node.value)
    return isinstance(node, ast.Tuple | ast.List | ast.Set) and any(map(_is_a_role, node.elts))


def _compares_roles(path: Path) -> list[int]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    compares = (node for node in ast.walk(tree) if isinstance(node, ast.Compare))
    return [node.lineno for node in compares if any(map(_is_a_role, (node.left, *node.comparators)))]


def test_only_a_policy_compares_roles() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in PYTHON_FILES
        if path.name not in MAY_NAME_ROLES
        and path.parent.name != "policy"
        and "tests" not in path.parts
        and "demo" not in {path.stem, *path.parts}
        for line in _compares_roles(path)
    ]
    assert found == []


def test_no_template_compares_roles() -> None:
    found = [
        path
        for path in ROOT.glob("**/templates/**/*.html")
        if ".venv" not in path.parts and ".role" in path.read_text(encoding="utf-8").replace(".roles_", "")
    ]
    assert found == []
