"""What is known of the program so far: what an entry point leaves for those that run after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scopelint.link.state import Deposits

if TYPE_CHECKING:
    from collections.abc import Callable

    from scopelint.facts import ir
    from scopelint.link.assumed import Assumed
    from scopelint.link.dispatch import Table
    from scopelint.link.framework_hooks import Doing
    from scopelint.link.memo import Kept
    from scopelint.link.modules import Module
    from scopelint.link.state import Frame, Made
    from scopelint.link.values import ClassValue, FunctionValue, Ref, Str, Value


class Knowledge:
    """Tables about the program and its objects, filled while it runs, and what the configuration says."""

    def __init__(self) -> None:
        self.texts: dict[int, Str] = {}
        self.spoken: set[int] = set()  # literals in bodies of functions
        self.literals: dict[int, ClassValue | None] = {}
        self.classes: dict[int, ClassValue] = {}
        self.instances: dict[ClassValue, dict[object, Ref]] = {}
        self.assumed: dict[ClassValue, Assumed] = {}  # those made for classes of which no other instance is seen
        self.results: dict[tuple[object, ...], Kept] = {}
        self.clients: dict[str, dict[object, Ref]] = {}  # instances of library clients, by class
        self.contexts: dict[int, FunctionValue] = {}
        self.functions: dict[int, FunctionValue] = {}  # every function defined so far, by identity of its node
        self.inner: dict[int, list[Made]] = {}  # functions that others make, by their nodes
        self.decorated: dict[int, Value] = {}  # what its name was bound to
        self.entered: set[int] = set()
        self.referred: set[int] = set()
        self.skipped: dict[int, int] = {}  # loops that found nothing to go over, with their function: both by identity
        self.starved: dict[int, set[int]] = {}  # functions that found a shared list empty, by identity of their nodes
        self.gone_over: set[int] = set()  # loops whose body ran, by identity
        self.names: set[str] = set()  # attribute names read from values that are not known
        self.versions: dict[object, int] = {}
        self.methods: dict[str, list[FunctionValue]] = {}  # functions of class bodies by name
        self.fresh: list[Module] = []  # modules that run, since it was last looked what may send
        # Where the app's own code refers to functions and names.
        self.sites: dict[int | str, tuple[str, ir.Function]] = {}
        self.refusal_helpers: frozenset[str] = frozenset()  # functions that look for a refusal and send nothing
        self.refusal_checks: set[int] = set()  # functions seen to look for one, by identity of their nodes
        self.dispatch: dict[int, Table] = {}  # of functions that leave their work to others, by identity of their nodes
        self.aliases: dict[tuple[ClassValue, str, str], Value] = {}  # what fields of data models are called elsewhere
        self.written: dict[tuple[int, str], list[Value]] = {}  # later writes to attributes of shared objects
        self.grown: dict[int, list[Value]] = {}  # what entry points add to shared lists
        # What was written to objects of code without source: `flask.g.client`.
        self.outside: dict[str, list[Value]] = {}
        self.deposits = Deposits()
        self.members: dict[tuple[int, str], Ref] = {}
        self.member_keys: dict[tuple[int, str], int] = {}  # of enumerations, as if they were literals
        self.dynamic: dict[tuple[int, str], ClassValue] = {}  # made by `type()`, by the call and their name
        self.hooks: dict[ClassValue, Doing] = {}  # what frameworks do with instances of a class
        self.annotated: dict[int, Value] = {}  # what annotations mean, by identity of their nodes; False: nothing
        self.command_context: Ref | None = None  # what the commands of a command line share
        self.command_setters_ran = False
        self.faults: list[str] = []  # what broke off by a fault of this program
        self.setters: dict[ClassValue, dict[str, list[FunctionValue]]] = {}
        self.handed_classes: set[ClassValue] = set()  # given to code without source by the app's own
        self.selectors: dict[int, set[int]] = {}  # literals that were looked up by others: value -> keys
        self.all_classes: list[ClassValue] = []
        self.derived: dict[ClassValue, list[ClassValue]] = {}  # of the first `_indexed` of these, by what they extend
        self.indexed = 0
        self.abstract: dict[ClassValue, tuple[int, bool]] = {}  # with how many classes there were that extend it
        self.implementers: dict[ClassValue, tuple[int, list[ClassValue]]] = {}  # of protocols, likewise
        self.makers: dict[str, list[FunctionValue]] = {}  # the first `makers_indexed` functions, by what they call
        self.makers_indexed = 0
        self.sought: set[ClassValue] = set()  # classes whose makers were run to see what they make
        self.any_names: list[tuple[Value, Frame]] = []  # getattr() with names that are not known
        self.open_classes: set[int] = set()
        self.settings_paths: tuple[str, ...] = ()
        self.ran: set[int] = set()
        self.shapes: tuple[tuple[str, ...], ...] = ()  # the table's paths by segments, parameters as "{}"
        self.vocabulary: Callable[[str], tuple[str, bool] | None] = lambda _name: None
        self.hosts: frozenset[str] = frozenset()
        self.operation_prefixes: frozenset[str] = frozenset()  # beginnings of the names of configured operations
