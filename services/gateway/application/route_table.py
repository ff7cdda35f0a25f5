"""Which neighbour answers a path, and under which row of the matrix: read from the published interfaces."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

BODY_BYTES_MAX = 1024 * 1024
_METHODS = frozenset({"get", "post", "put", "patch", "delete"})
_PARAMETER = re.compile(r"\{[^}]+\}")


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation of a neighbour, as its interface publishes it."""

    neighbour: str
    method: str
    path: str
    operation: str
    act: str = "use"
    streaming: bool = False
    body_bytes_max: int = BODY_BYTES_MAX

    @property
    def reading(self) -> bool:
        """Whether it changes nothing."""
        return self.method == "GET"


class PublishedTwice(ValueError):
    """Two neighbours publish the same operation: nobody could say who answers."""


@dataclass(frozen=True)
class _Path:
    pattern: re.Pattern[str]
    parameters: int
    methods: dict[str, Operation] = field(default_factory=dict)


class RouteTable:
    """All operations that clients may reach. A literal step of a path wins over a parameter."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        paths: dict[str, _Path] = {}
        for one in operations:
            shape = _PARAMETER.sub("{}", one.path)
            path = paths.setdefault(shape, _Path(_pattern(one.path), shape.count("{}")))
            if one.method in path.methods:
                raise PublishedTwice(f"{one.method} {one.path}")
            path.methods[one.method] = one
        self._paths = sorted(paths.values(), key=lambda path: path.parameters)
        # Most of what is asked for often has no parameter: it is found without trying one pattern after the other.
        self._literal = {shape: path for shape, path in paths.items() if not path.parameters}

    def __iter__(self) -> Iterator[Operation]:
        return (one for path in self._paths for one in path.methods.values())

    def find(self, method: str, path: str) -> Operation | None:
        """The operation of a request."""
        literal = self._literal.get(path)
        if literal is not None and method in literal.methods:
            return literal.methods[method]
        return next((path_.methods[method] for path_ in self._matching(path) if method in path_.methods), None)

    def methods(self, path: str) -> frozenset[str]:
        """The methods a path has; none where nobody publishes it."""
        return frozenset(method for path_ in self._matching(path) for method in path_.methods)

    def _matching(self, path: str) -> Iterable[_Path]:
        return (one for one in self._paths if one.pattern.fullmatch(path))


def _pattern(template: str) -> re.Pattern[str]:
    literal = [re.escape(part) for part in _PARAMETER.split(template)]
    return re.compile("[^/]+".join(literal))


def operations_of(neighbour: str, document: Mapping[str, Any]) -> Iterable[Operation]:
    """The operations of one published interface that clients may reach; those without a row of the matrix may not."""
    for path, methods in document.get("paths", {}).items():
        for method, said in methods.items():
            if method not in _METHODS or said.get("x-pledgeboard-internal") or "x-pledgeboard-operation" not in said:
                continue
            yield Operation(
                neighbour=neighbour,
                method=method.upper(),
                path=path,
                operation=said["x-pledgeboard-operation"],
                act=said.get("x-pledgeboard-act", "use"),
                streaming=bool(said.get("x-pledgeboard-streaming", False)),
                body_bytes_max=int(said.get("x-pledgeboard-body-bytes-max", BODY_BYTES_MAX)),
            )
