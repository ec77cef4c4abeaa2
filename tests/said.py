"""Which reasons the source can give: their codes, and the figures and words with each. By reading alone."""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("broker", "edge", "central")
Function = ast.FunctionDef | ast.AsyncFunctionDef
MOST_STEPS = 6  # from the place that writes a reason, to those that give it a code


class Place(NamedTuple):
    """Where an expression stands: its file, and the class and the function around it."""

    path: str
    tree: ast.Module
    kind: ast.ClassDef | None = None
    function: Function | None = None


@dataclass
class Found:
    """Strings that an expression can be; `loose`: parts that reading alone does not tell."""

    names: set[str] = field(default_factory=set)
    loose: set[str] = field(default_factory=set)


class Written(NamedTuple):
    """One place that makes a reason."""

    place: Place
    code: Found
    values: Found
    words: Found


class Source:
    """All files of the packages, and every call in them by the called one's name."""

    def __init__(self, packages: tuple[str, ...] = PACKAGES, root: Path = ROOT) -> None:
        self.calls: dict[str, list[tuple[ast.Call, Place]]] = defaultdict(list)
        self._imports: dict[str, set[tuple[str, str, str]]] = {}
        for path in sorted(path for package in packages for path in (root / package).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            self._walk(tree, Place(str(path.relative_to(root)), tree))

    def _walk(self, node: ast.AST, place: Place) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call):
                self.calls[called(child)].append((child, place))
            if isinstance(child, ast.ClassDef):
                self._walk(child, place._replace(kind=child, function=None))
            elif isinstance(child, Function):
                self._walk(child, place._replace(function=child))
            else:
                self._walk(child, place)

    def reasons(self) -> Iterator[Written]:
        """Every place that makes one; not those that read a kept one anew."""
        for call, place in [*self.calls["Reason"], *self.calls["PlacedReason"]]:
            given = {word.arg: word.value for word in call.keywords}
            if None not in given:
                code = self.strings(given["code"], place)
                values, words = (self.keys(given.get(name), place) for name in ("values", "words"))
                yield Written(place, code, values, words)

    def given(self, name: str, at: int, word: str | None = None) -> set[str]:
        """The strings that calls of this name are given there, or under this word."""
        found = set[str]()
        for call, place in self.calls[name]:
            named = [each.value for each in call.keywords if each.arg == word and word is not None]
            found |= together(self.strings(arg, place) for arg in [*call.args[at : at + 1], *named]).names
        return found

    def strings(self, node: ast.expr | None, place: Place, steps: int = MOST_STEPS) -> Found:
        """What an expression of text can be."""
        if node is None or (isinstance(node, ast.Constant) and not isinstance(node.value, str)):
            return Found()
        if isinstance(node, ast.Constant):
            return Found({str(node.value)})
        if isinstance(node, ast.IfExp | ast.BoolOp):
            return together(self.strings(part, place, steps) for part in parts_of(node))
        if isinstance(node, ast.JoinedStr):
            return self._joined(node, place, steps)
        if isinstance(node, ast.Name) and steps:
            return self._named(node.id, place, steps - 1)
        return loose(node, place)

    def _joined(self, node: ast.JoinedStr, place: Place, steps: int) -> Found:
        inner = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
        parts = [self.strings(part, place, steps) for part in inner]
        if any(part.loose for part in parts):
            return loose(node, place)
        return Found({"".join(each) for each in product(*(part.names for part in parts))})

    def _named(self, name: str, place: Place, steps: int) -> Found:
        given = place.function is not None and name in parameters(place.function)
        assigned = [value for value in assigned_to(name, place, own=given) if value is not None]
        found = [self.strings(without(name, value), place, steps) for value in assigned]
        if given:
            found += [self.strings(arg, where, steps) for arg, where in self._arguments(name, place)]
        return together(found) if assigned or given else loose(ast.Name(name), place)

    def _arguments(self, name: str, place: Place) -> Iterator[tuple[ast.expr | None, Place]]:
        """What a function's parameter is given, at every call of it."""
        function = place.function
        assert function is not None
        for call, where in self._calls_of(function, place):
            yield argument(call, name, function), where
        yield default(function, name), place

    def _calls_of(self, function: Function, place: Place) -> Iterator[tuple[ast.Call, Place]]:
        own = place.kind.name if function.name == "__init__" and place.kind else function.name
        for call, where in self.calls[own]:
            if where.path == place.path or self._means(where, place.path, own, call):
                yield call, where

    def _means(self, where: Place, path: str, name: str, call: ast.Call) -> bool:
        """Whether another file's call of this name is one of what `path` defines, by its imports."""
        module = path.removesuffix(".py").replace("/", ".")
        whole, _, last = module.rpartition(".")
        if isinstance(call.func, ast.Attribute):
            holder = call.func.value
            return isinstance(holder, ast.Name) and (whole, last, holder.id) in self._imported(where)
        return (module, name, name) in self._imported(where)

    def _imported(self, where: Place) -> set[tuple[str, str, str]]:
        if where.path not in self._imports:
            self._imports[where.path] = {
                (node.module or "", one.name, one.asname or one.name)
                for node in where.tree.body
                if isinstance(node, ast.ImportFrom)
                for one in node.names
            }
        return self._imports[where.path]

    def keys(self, node: ast.expr | None, place: Place, steps: int = MOST_STEPS) -> Found:
        """The keys of an expression that makes a dictionary."""
        if node is None or isinstance(node, ast.Constant):
            return Found()
        if isinstance(node, ast.Dict):
            named = [self.strings(key, place, steps) for key in node.keys if key is not None]
            spread = [v for k, v in zip(node.keys, node.values, strict=True) if k is None]
            return together([*named, *(self.keys(value, place, steps) for value in spread)])
        if isinstance(node, ast.IfExp | ast.BoolOp | ast.BinOp):
            return together(self.keys(part, place, steps) for part in parts_of(node))
        if isinstance(node, ast.Name) and steps:
            return self._keys_named(node.id, place, steps - 1)
        if (of := taken_over(node)) is not None and steps:
            return self._keys_named(of, place, steps - 1)
        return loose(node, place)

    def _keys_named(self, name: str, place: Place, steps: int) -> Found:
        found = [self.keys(value, place, steps) for value in assigned_to(name, place)]
        function = place.function
        if function is not None:
            found += [self.strings(key, place, steps) for key in stored(name, function)]
            if function.args.kwarg is not None and function.args.kwarg.arg == name:
                found += self._other_words(function, place, steps)
            elif name in parameters(function):
                found += [self.keys(arg, where, steps) for arg, where in self._arguments(name, place)]
        return together(found)

    def _other_words(self, function: Function, place: Place, steps: int) -> Iterator[Found]:
        """What a function with `**words` is given besides its own parameters."""
        own = set(parameters(function))
        for call, where in self._calls_of(function, place):
            yield Found({word.arg for word in call.keywords if word.arg is not None} - own)
            yield from (self.keys(word.value, where, steps) for word in call.keywords if word.arg is None)


def called(call: ast.Call) -> str:
    """The called function's or class's own name."""
    return getattr(call.func, "id", None) or getattr(call.func, "attr", "")


def parts_of(node: ast.IfExp | ast.BoolOp | ast.BinOp) -> list[ast.expr]:
    """What an expression chooses from, or puts together."""
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    return node.values if isinstance(node, ast.BoolOp) else [node.left, node.right]


def taken_over(node: ast.expr) -> str | None:
    """The dictionary whose keys `{name: f(each) for name, each in IT.items()}` keeps."""
    if not isinstance(node, ast.DictComp) or not isinstance(node.generators[0].iter, ast.Call):
        return None
    of = node.generators[0].iter.func
    named = isinstance(of, ast.Attribute) and of.attr == "items" and isinstance(of.value, ast.Name)
    return of.value.id if named else None  # type: ignore[attr-defined]


def together(found: Iterable[Found]) -> Found:
    """All of them as one."""
    several = list(found)
    return Found(
        {name for each in several for name in each.names}, {name for each in several for name in each.loose}
    )


def loose(node: ast.expr, place: Place) -> Found:
    """An expression that cannot be followed."""
    return Found(loose={f"{place.path}: {ast.unparse(node)}"})


def parameters(function: Function) -> list[str]:
    """In their order, without `self`."""
    given = function.args
    named = [each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return named[1:] if named[:1] in (["self"], ["cls"]) else named


def default(function: Function, name: str) -> ast.expr | None:
    """What a parameter is where nothing is given."""
    given = function.args
    placed = [each.arg for each in (*given.posonlyargs, *given.args)]
    late = dict(zip(reversed(placed), reversed(given.defaults), strict=False))
    late |= {
        each.arg: value for each, value in zip(given.kwonlyargs, given.kw_defaults, strict=True) if value
    }
    return late.get(name)


def argument(call: ast.Call, name: str, function: Function) -> ast.expr | None:
    """What a call gives for a parameter; None where it gives nothing."""
    named = (word.value for word in call.keywords if word.arg == name)
    at = parameters(function).index(name)
    return next(named, call.args[at] if at < len(call.args) else None)


def without(name: str, value: ast.expr) -> ast.expr:
    """`name or other`, as a name is set anew, is `other`."""
    if not isinstance(value, ast.BoolOp):
        return value
    return ast.BoolOp(value.op, [each for each in value.values if getattr(each, "id", None) != name])


def assigned_to(name: str, place: Place, *, own: bool = False) -> list[ast.expr]:
    """What a name is set to, in its function, else in its file. own: in the function alone."""
    for within in (place.function, None if own else place.tree):
        found = [] if within is None else list(_set_in(name, within))
        if found:
            return found
    return []


def _set_in(name: str, within: ast.AST) -> Iterator[ast.expr]:
    for node in within.body if isinstance(within, ast.Module) else ast.walk(within):
        if isinstance(node, ast.NamedExpr | ast.AugAssign | ast.AnnAssign):
            if getattr(node.target, "id", None) == name and node.value is not None:
                yield node.value
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                yield from _unpacked(name, target, node.value)


def _unpacked(name: str, target: ast.expr, value: ast.expr) -> Iterator[ast.expr]:
    if getattr(target, "id", None) == name:
        yield value
    for at, each in enumerate(target.elts if isinstance(target, ast.Tuple) else []):
        if getattr(each, "id", None) == name:
            for one in parts_of(value) if isinstance(value, ast.IfExp) else [value]:
                yield one.elts[at] if isinstance(one, ast.Tuple) else one


def stored(name: str, function: Function) -> Iterator[ast.expr]:
    """The keys that are set in a dictionary of this name."""
    for node in ast.walk(function):
        for target in node.targets if isinstance(node, ast.Assign) else []:
            if isinstance(target, ast.Subscript) and getattr(target.value, "id", None) == name:
                yield target.slice
