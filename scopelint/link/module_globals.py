"""Globals of modules: what the body of the module bound, and what functions wrote since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link import persistence, running
from scopelint.link.bounds import MAX_ALTERNATIVES
from scopelint.link.items import MISSING, Missing
from scopelint.link.likeness import one_of
from scopelint.link.modules import NEW
from scopelint.link.values import External, InstanceRecord

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.modules import Module
    from scopelint.link.values import Value


def module_global(m: Machine, module: Module, name: str) -> Value | Missing:
    """Return a global of a module, whose body runs first if it has not; MISSING when there is none."""
    if module.status == NEW:
        running.run_module(m, module)
    value = module.globals.get(name, MISSING)
    m.reads.add((module.path, name))
    written = module.written.get(name)
    if written:
        here = written_here(m, module, name)
        if not isinstance(here, Missing):
            return here
        return one_of(written if isinstance(value, Missing) else (value, *written))
    return value


def written_here(m: Machine, module: Module, name: str) -> Value | Missing:
    """Return what a function has written to a global on the path that runs; MISSING when none has."""
    store = m.state.heap.get(module.store)
    return store.attrs.get(name, MISSING) if type(store) is InstanceRecord else MISSING


def write_global(m: Machine, module: Module, name: str, value: Value) -> None:
    """Write a global of a module from a function: for the rest of the path, and as one possibility for all others."""
    kept = persistence.persist(m, value)
    written = module.written.setdefault(name, [])
    if kept not in written and len(written) < MAX_ALTERNATIVES:
        written.append(kept)
        m.touch((module.path, name))
    store = m.state.heap.get(module.store)
    attrs = store.attrs if type(store) is InstanceRecord else {}
    m.state.heap[module.store] = InstanceRecord(External("types.ModuleType"), {**attrs, name: value})


def forget_written(m: Machine, module: Module, name: str) -> None:
    """Note that the body of a module binds a global anew."""
    store = m.state.heap.get(module.store)
    if type(store) is InstanceRecord and name in store.attrs:
        attrs = {other: value for other, value in store.attrs.items() if other != name}
        m.state.heap[module.store] = InstanceRecord(store.cls, attrs)
