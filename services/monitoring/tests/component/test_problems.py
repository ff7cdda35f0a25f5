"""Every refusal of the monitor has a status, whichever module it stands in."""

import importlib
import pkgutil

import monitoring
from chassis.kernel import Refusal
from monitoring.transport.http.problems import STATUS


def refusals(kind: type[Refusal] = Refusal) -> set[type[Refusal]]:
    found = set()
    for child in kind.__subclasses__():
        found |= {child} if child.__module__.startswith("monitoring.") else set()
        found |= refusals(child)
    return found


def test_the_table_is_complete() -> None:
    for module in pkgutil.walk_packages(monitoring.__path__, "monitoring."):
        if ".tests" not in module.name and not module.name.endswith("__main__"):
            importlib.import_module(module.name)

    assert refusals() - STATUS.keys() == set()
