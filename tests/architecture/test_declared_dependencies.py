"""Each package declares what it imports, so that it can be installed alone."""

import ast
import importlib.metadata
import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECTS = sorted(
    path
    for folder in ("shared", "services", "clients", "deploy")
    for depth in ("*", "*/*")
    for path in ROOT.glob(f"{folder}/{depth}/pyproject.toml")
)
NAME = re.compile(r"^[A-Za-z0-9._-]+")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(project: Path) -> set[str]:
    table = tomllib.loads(project.read_text())["project"]
    return {normal(found.group()) for one in table.get("dependencies", []) if (found := NAME.match(one))}


def own_projects() -> dict[str, Path]:
    return {normal(tomllib.loads(path.read_text())["project"]["name"]): path for path in PROJECTS}


def reachable(project: Path) -> set[str]:
    """What a package may import: what it declares, and what the packages of ours it stands on declare."""
    own, seen, queue = own_projects(), set[str](), [project]
    while queue:
        for name in declared(queue.pop()) - seen:
            seen.add(name)
            if name in own:
                queue.append(own[name])
    return seen


def imported(project: Path) -> set[str]:
    names: set[str] = set()
    for path in project.parent.rglob("*.py"):
        if "tests" in path.relative_to(project.parent).parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                names |= {one.name.split(".")[0] for one in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names.add(node.module.split(".")[0])
    return names


def own_packages() -> dict[str, str]:
    """Import name to project: the folder is the package, or holds it."""
    found: dict[str, str] = {}
    for project, path in own_projects().items():
        found[path.parent.name] = project
        found |= {one.parent.name: project for one in path.parent.glob("*/__init__.py") if not is_package(path.parent)}
    return found


def is_package(folder: Path) -> bool:
    return (folder / "__init__.py").exists()


@pytest.mark.parametrize("project", PROJECTS, ids=lambda path: path.parent.name)
def test_every_import_is_declared(project: Path) -> None:
    distributions, own = importlib.metadata.packages_distributions(), own_packages()
    allowed = reachable(project) | {normal(tomllib.loads(project.read_text())["project"]["name"])}

    undeclared = {
        name
        for name in imported(project) - sys.stdlib_module_names
        if not {normal(one) for one in [own.get(name, name), *distributions.get(name, [])]} & allowed
    }

    assert undeclared == set()
