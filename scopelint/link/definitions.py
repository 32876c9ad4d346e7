"""Definitions and imports: what binds names to functions, classes and modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link import attributes, calls, classes, dispatch, metaclasses, running, task_queues, text
from scopelint.link.bounds import MAX_CLOSURES
from scopelint.link.items import MISSING, Missing
from scopelint.link.sequences import elements
from scopelint.link.state import Frame, Made, State
from scopelint.link.values import (
    Arguments,
    ClassMethod,
    ClassValue,
    Closure,
    External,
    FunctionValue,
    Method,
    ModuleValue,
    Property,
    Ref,
    StaticMethod,
    Tuple,
    Unknown,
    Why,
)

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

_DESCRIPTORS: dict[str, type[Property | StaticMethod | ClassMethod]] = {
    "builtins.property": Property,
    "abc.abstractproperty": Property,
    "functools.cached_property": Property,
    "django.utils.functional.cached_property": Property,
    "cached_property.cached_property": Property,
    "werkzeug.utils.cached_property": Property,
    "async_property.async_property": Property,
    "builtins.staticmethod": StaticMethod,
    "builtins.classmethod": ClassMethod,
    "abc.abstractclassmethod": ClassMethod,
}
_CONTEXTS = frozenset(
    {"contextlib.contextmanager", "contextlib.asynccontextmanager", "async_generator.asynccontextmanager"}
)
_TRANSPARENT = frozenset(
    {
        "functools.wraps", "functools.lru_cache", "functools.cache", "abc.abstractmethod", "typing.overload",
        "typing.final", "typing.override", "typing_extensions.override",
    }
)  # fmt: skip
"""Decorators that certainly return what behaves like the function."""


def make_function(m: Machine, node: ir.Function) -> FunctionValue:
    """Return a function value with its defaults and the variables around it."""
    from scopelint.link.expressions import evaluate

    defaults = {
        parameter.name: evaluate(m, parameter.default) for parameter in node.parameters if parameter.default is not None
    }
    frame = m.frame
    closure = frame.closure
    if frame.function is not None:
        closure = Closure(m.state.env, frame, frame.closure)
    value = FunctionValue(
        node, frame.module, closure, defaults, m.owner_class if frame.function is None or m.owner_class else None
    )
    if frame.function is not None:
        _note_made(m, value)
    if node.name == "<lambda>":
        m.functions.setdefault(id(node), value)
    return value


def _note_made(m: Machine, function: FunctionValue) -> None:
    """Note a function that another one makes, unless it was made before with equal variables around."""
    node, env = function.node, m.state.env
    if not m.may_send(node):
        return
    values = (env.get(name, MISSING) for name in node.names)
    around = tuple(id(value.node) if isinstance(value, FunctionValue) else value for value in values)
    made = m.inner.setdefault(id(node), [])
    if len(made) < MAX_CLOSURES and all(other.around != around for other in made):
        made.append(Made(function, m.state.heap, around))
        m.touch(("inner", id(node)))


def define_function(m: Machine, node: ir.Function) -> Value:
    """Return what a `def` binds: the function, through its decorators."""
    from scopelint.link.expressions import evaluate

    function = make_function(m, node)
    m.functions.setdefault(id(node), function)
    if function.owner is not None:
        m.methods.setdefault(node.name, []).append(function)
    value: Value = function
    for decorator in reversed(node.decorators):
        value = m.pick(_decorated(m, evaluate(m, decorator), value, decorator))
    if node.decorators:
        m.decorated[id(node)] = value
    return value


def _decorated(m: Machine, decorator: Value, value: Value, node: ir.Expr) -> Value:
    if type(decorator) is External:
        descriptor = _DESCRIPTORS.get(decorator.name)
        if descriptor is not None:
            return descriptor(value)
        if decorator.name in _CONTEXTS and type(value) is FunctionValue:
            made = value.copy()
            made.is_context = True
            return made
        if decorator.name in _TRANSPARENT:
            return value
        if decorator.name in dispatch.DECORATORS:
            dispatch.make(m, value, decorator.name)
            return value
    if type(decorator) is Method and dispatch.registers(m, decorator):
        return dispatch.register(m, decorator, Arguments((value,)))
    if type(decorator) is Method and decorator.name in ("setter", "deleter", "getter"):
        if type(decorator.receiver) is not Property:
            return value
        return Property(decorator.receiver.getter, value) if decorator.name == "setter" else decorator.receiver
    if (
        type(decorator) is Method
        and decorator.name in ("default", "validator")
        and isinstance(decorator.receiver, classes.FieldDefault)
    ):
        if decorator.name == "default" and m.owner_class is not None and type(value) is FunctionValue:
            field = next((name for name, item in m.state.env.items() if item is decorator.receiver), None)
            if field is not None:
                m.owner_class.defaults[field] = value
        return value
    if type(value) is Property or type(decorator) in (Property,):
        return value
    if type(decorator) in (External, Unknown, Method, Ref):
        task = task_queues.task(m, value, node)
        if task is not value:
            return task
    if type(decorator) in (External, Unknown, Method):
        found = calls.decorate(m, decorator, value)
        if found is not None:
            return found
        return _doubtful(value)
    if (
        type(decorator) is Ref
        and m.instance(decorator) is not None
        and attributes.find_method(m, decorator, "__call__") is None
    ):
        found = calls.decorate(m, decorator, value)
        return value if found is None else found
    call = node if type(node) is ir.Call else None
    result = calls.call(m, decorator, Arguments((value,)), call)
    return value if type(result) is Unknown else result


def _doubtful(value: Value) -> Value:
    if type(value) is FunctionValue:
        made = value.copy()
        made.doubtful = True
        return made
    return value


def define_class(m: Machine, node: ir.Class) -> Value:
    """Return what a `class` binds, its body executed."""
    from scopelint.link.expressions import evaluate
    from scopelint.link.merging import join
    from scopelint.link.statements import block

    bases: list[Value] = []
    keywords: dict[str, Value] = {}
    for arg in node.bases:
        value = evaluate(m, arg.value)
        if arg.name:
            keywords[arg.name] = value
        elif arg.star == 0:
            bases.append(_plain_base(value))
    cls = ClassValue(node, m.frame.module, tuple(bases))
    cls.keywords = keywords
    cls.mro = linearise(cls)
    cls.decorators = tuple(_decorator_name(m, decorator) for decorator in node.decorators)
    known = m.classes.get(id(node))
    outer_class, outer_frame = m.owner_class, m.frame
    if outer_class is not None:
        cls.qualname = f"{outer_class.qualname}.{cls.name}"
    frame = Frame(outer_frame.module, None, outer_frame, None)
    frame.closure = outer_frame.closure
    if outer_frame.function is not None:
        frame.closure = Closure(m.state.env, outer_frame, outer_frame.closure)
    elif outer_class is not None:
        frame.closure = None
    frame.receiver = cls
    m.owner_class = cls
    m.frame = frame
    before = m.state
    try:
        states = block(m, node.body, [State({}, before.heap)], frozenset())
    finally:
        m.owner_class, m.frame = outer_class, outer_frame
        m.state = before
    end = join(states) if states else State({}, before.heap)
    m.state.heap = end.heap.copy()
    cls.attrs = end.env
    metaclasses.create(m, cls)
    _finish(m, cls)
    m.classes[id(node)] = cls
    m.all_classes.append(cls)
    if known is not None and outer_frame.function is None:
        m.instances.setdefault(cls, m.instances.get(known, {}))
    for decorator, decorator_node in zip(reversed(cls.decorators), reversed(node.decorators), strict=True):
        if type(decorator) is FunctionValue:
            result = calls.call(
                m, decorator, Arguments((cls,)), decorator_node if type(decorator_node) is ir.Call else None
            )
            if type(result) in (ClassValue, FunctionValue, Ref):
                return result
    for base in cls.mro[1:]:
        if type(base) is ClassValue and "__init_subclass__" in base.attrs:
            hook = base.attrs["__init_subclass__"]
            function = hook.function if type(hook) is ClassMethod else hook
            if type(function) is FunctionValue:
                named = tuple((name, value) for name, value in keywords.items() if name != "metaclass")
                calls.call(m, function, Arguments((cls,), named), None)
            break
    return cls


def _decorator_name(m: Machine, node: ir.Expr) -> Value:
    """Return a class decorator: for a call of code that is not analysed, what is called."""
    from scopelint.link.expressions import evaluate

    if type(node) is ir.Call:
        callee = evaluate(m, node.func)
        if type(callee) is External:
            return callee
    return evaluate(m, node)


def _plain_base(value: Value) -> Value:
    from scopelint.link.values import AnnotatedType

    if type(value) is AnnotatedType:
        return value.type
    return value


def linearise(cls: ClassValue) -> tuple[ClassValue | External, ...]:
    """Return the method resolution order by C3; bases that are not known count as one that is not analysed."""
    sequences: list[list[ClassValue | External]] = []
    direct: list[ClassValue | External] = []
    for base in cls.bases:
        if type(base) is ClassValue:
            sequences.append(list(base.mro))
            direct.append(base)
        else:
            outside = (
                base if type(base) is External else External("?." + getattr(getattr(base, "why", None), "name", ""))
            )
            sequences.append([outside])
            direct.append(outside)
    sequences.append(direct)
    order: list[ClassValue | External] = [cls]
    while any(sequences):
        sequences = [sequence for sequence in sequences if sequence]
        head = next((s[0] for s in sequences if not any(s[0] in other[1:] for other in sequences)), sequences[0][0])
        order.append(head)
        sequences = [[item for item in sequence if item is not head and item != head] for sequence in sequences]
    return tuple(order)


def _finish(m: Machine, cls: ClassValue) -> None:
    kind = classes.kind_of(cls)
    if kind == "enum":
        for name, value in list(cls.attrs.items()):
            if name.startswith("_") or type(value) in (FunctionValue, Property, StaticMethod, ClassMethod, ClassValue):
                continue
            cls.attrs[name] = classes.make_member(m, cls, name, m.pick(value))
    for name, value in list(cls.attrs.items()):
        if type(value) is Ref:
            hook = attributes.find_method(m, value, "__set_name__")
            if hook is not None:
                calls.call(m, hook, Arguments((cls, text.of(name))), None)


def import_module(m: Machine, node: ir.Import) -> None:
    """Execute `import a.b.c` or `import a.b.c as d`."""
    from scopelint.link.assignment import set_name

    importer = m.frame.module.path
    if node.asname:
        set_name(m, node.asname, module_value(m, importer, node.module, 0))
        return
    top = node.module.split(".")[0]
    set_name(m, top, module_value(m, importer, top, 0))
    if top != node.module:
        module_value(m, importer, node.module, 0)


def module_value(m: Machine, importer: str, dotted: str, level: int) -> Value:
    """Return the module that an import means, its body executed."""
    path = m.modules.resolve(importer, dotted, level)
    if path is None:
        return External(m.libraries.moved.get(dotted, dotted) or "?")
    if path.endswith(".py"):
        module = m.modules.get(path)
        if module is None:
            return Unknown(Why(f"{path} cannot be read"))
        if module.status == 0:
            running.run_module(m, module)
    return ModuleValue(path)


def import_names(m: Machine, node: ir.ImportFrom) -> None:
    """Execute `from module import names`."""
    from scopelint.link.assignment import set_name

    source = module_value(m, m.frame.module.path, node.module, node.level)
    for name, bound in node.names:
        if name == "*":
            _import_all(m, source)
        elif type(source) is External:
            from scopelint.link import environment

            set_name(m, bound, environment.constant(m, f"{source.name}.{name}"))
        else:
            set_name(m, bound, _imported(m, source, name))


def _imported(m: Machine, source: Value, name: str) -> Value:
    if type(source) is ModuleValue:
        module = m.modules.get(source.path) if source.path.endswith(".py") else None
        if module is not None and name not in module.globals and name not in module.written:
            child = m.modules.child(source.path, name)
            if child is not None:
                if child.endswith(".py"):
                    loaded = m.modules.get(child)
                    if loaded is not None and loaded.status == 0:
                        running.run_module(m, loaded)
                return ModuleValue(child)
        if module is not None and (name in module.written or module.status == 1) and name not in module.globals:
            return LateName(source.path, name)
        if module is not None and name in module.globals:
            return module.globals[name] if not module.written.get(name) else LateName(source.path, name)
    found = attributes.get_attribute(m, source, name, None)
    if type(found) is ModuleValue and found.path.endswith(".py"):
        loaded = m.modules.get(found.path)
        if loaded is not None and loaded.status == 0:
            running.run_module(m, loaded)
    return found


def LateName(path: str, name: str) -> Value:  # noqa: N802  # makes a value
    """Return a stand-in for a name that a module defines only later, as import cycles do."""
    from scopelint.link.values import Late

    return Late(path, name)


def _import_all(m: Machine, source: Value) -> None:
    from scopelint.link.assignment import set_name

    if type(source) is not ModuleValue:
        return
    module = m.modules.get(source.path) if source.path.endswith(".py") else None
    if module is None:
        return
    listed = module.globals.get("__all__", MISSING)
    names = [name for name in module.globals if not name.startswith("_")]
    if not isinstance(listed, Missing):
        found, more = elements(m, listed)
        known = [name for item in found if (name := text.known(item)) is not None]
        if known and not more:
            names = known
    for name in names:
        set_name(m, name, _imported(m, source, name))


__all__ = ["Tuple"]
