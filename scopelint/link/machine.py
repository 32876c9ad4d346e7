"""The abstract machine: heap, choices, frames and bounds."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from scopelint.facts import ir
from scopelint.link.bounds import (
    COMPARED_A_STEP,
    LAST_STEPS,
    MAX_DEAD_FORKS,
    MAX_DEAD_STEPS,
    MAX_DEPTH,
    MAX_FORKS,
    MAX_LATE_STEPS,
    MAX_STEPS,
    MAX_TOTAL_STEPS,
    TOGETHER,
)
from scopelint.link.knowledge import Knowledge
from scopelint.link.state import (
    BudgetSpent,
    Choice,
    DeadPath,
    Frame,
    Oracle,
    Outcome,
    QuietSpent,
    State,
)
from scopelint.link.values import ClassValue, InstanceRecord, Late, OneOf, Ref, Unknown, Why
from scopelint.link.weight import list_of
from scopelint.model import ReachedBound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeVar

    from scopelint.link.consumers import Waiting
    from scopelint.link.exceptions import Attempt
    from scopelint.link.libraries import Libraries
    from scopelint.link.modules import Modules
    from scopelint.link.record import Recorder
    from scopelint.link.relevance import Relevance
    from scopelint.link.values import Record, Value

    T = TypeVar("T")


class Machine(Knowledge):
    """Everything that a run shares. `evaluate`, `execute` and `call` are set up by `link.engine`."""

    def __init__(
        self,
        modules: Modules,
        libraries: Libraries,
        recorder: Recorder,
        variables: frozenset[str],
        relevance: Relevance,
    ) -> None:
        super().__init__()
        self.modules = modules
        self.relevance = relevance
        self.libraries = libraries
        self.recorder = recorder
        self.variables = variables  # names of variables and settings that hold the platform's base
        self.base: dict[int, Record] = {}
        self.made: dict[int, Record] = {}  # objects as they were made, for those that a path which ended has leaked
        self.state = State({}, {})
        self.frame: Frame = None  # type: ignore[assignment]  # set before anything runs
        self.oracle = Oracle([])
        self.steps = 0
        self.total = 0
        self.most_steps = MAX_TOTAL_STEPS
        self.last_steps = LAST_STEPS * MAX_TOTAL_STEPS  # steps past which few entry points run
        self.late_steps = MAX_LATE_STEPS  # steps that the entry point at hand has past the bound of all together
        self.quiet_limit = 0  # steps at which the call that leads to no request is given up; 0 outside of one
        self.spent: dict[ReachedBound, None] = {}  # bounds that were reached, for the report
        self.serial = 0
        self.site = 0  # identity of the node that is being evaluated and makes objects
        self.identities: dict[tuple[int, int], list[int]] = {}
        self.frame_keys: dict[tuple[int, int], int] = {}
        self.entering: list[int] = []  # functions that the entry point at hand has entered first
        # The expression that calls something without saying so, and where.
        self.implied: tuple[Frame, ir.Expr] | None = None
        self.reads: set[object] = set()
        self.owner_class: ClassValue | None = None  # the class whose body runs
        self.doubt = 0  # how many doubtful steps lead to where it runs
        self.added: set[object] = set()  # shared lists to which the entry point that runs has added
        self.call_node: ir.Call | None = None  # the call of a builtin that runs, for reasons
        self.live = True  # whether what runs counts
        self.making: list[ClassValue] = []  # classes that their metaclasses make now, the innermost last
        self.constructing: list[ClassValue] = []
        self.trying: set[str] = set()  # methods that are tried on classes of the project for an unknown receiver
        self.setting: set[tuple[int, str]] = set()  # attributes whose setting methods run now
        self.attempts: list[Attempt] = []  # bodies of `try` that run, the innermost last
        self.wanting = 0  # how many of them have a handler that looks at what it catches
        self.raises = 0  # exceptions that were raised in such bodies
        self.caught: list[list[Value]] = []  # what the handlers that run were given
        self.waiting: dict[int, dict[int, Waiting]] = {}  # calls that wait for something in a queue
        self.feeding: set[int] = set()  # functions that run since something was put into their queue

    # --- heap --------------------------------------------------------------------------------------------------------

    def new(self, record: Record) -> Ref:
        """Put a new object on the heap."""
        number = self._identity()
        self.state.heap[number] = record
        self.made[number] = record
        return Ref(number)

    def _identity(self) -> int:
        """Return the identity of a new object: by where, in which frame and as the how-manieth it is made.

        Paths that make the same objects give them the same identities, so that their states can be found equal.
        """
        place = (self.frame.key, self.site)
        found = self.identities.get(place)
        if found is None:
            found = self.identities[place] = []
        for number in found:
            if number not in self.state.heap and number not in self.base:
                return number
        self.serial += 1
        found.append(self.serial)
        return self.serial

    def frame_key(self, caller: Frame | None, site: int) -> int:
        """Return the identity of a frame: that of its caller and where the call stands."""
        place = (0 if caller is None else caller.key, site)
        found = self.frame_keys.get(place)
        if found is None:
            found = self.frame_keys[place] = len(self.frame_keys) + 1
        return found

    def record(self, ref: Ref) -> Record:
        """Return what an object holds in the current state."""
        found = self.state.heap.get(ref.id) or self.base.get(ref.id)
        return self.made[ref.id] if found is None else found

    def put(self, ref: Ref, record: Record) -> None:
        """Change an object in the current state."""
        self.state.heap[ref.id] = record

    def instance(self, value: Value) -> InstanceRecord | None:
        """Return the record of an instance, None for other values."""
        if type(value) is Ref:
            record = self.record(value)
            if type(record) is InstanceRecord:
                return record
        return None

    def new_list(self, items: Iterable[Value], more: bool = False, kind: str = "list") -> Ref:
        """Return a new list."""
        return self.new(list_of(kind, tuple(items), more))

    def touch(self, key: object) -> None:
        """Note that something shared has a new value, so that who read it runs again."""
        self.versions[key] = self.versions.get(key, 0) + 1

    # --- choices -----------------------------------------------------------------------------------------------------

    def choose(self, count: int, key: str = "") -> int:
        """Return which of `count` alternatives this run takes; with a key, the same on the whole path."""
        if count < 2:
            return 0
        if key:
            before = self.state.assumed.get(key)
            if before is not None and before < count:
                return before
        oracle = self.oracle
        if self._replays(count, calls=False):
            index = oracle.trail[oracle.position].index
        else:
            oracle.trail.append(Choice(count, 0))
            index = 0
        oracle.position += 1
        if key:
            self.state.assumed = {**self.state.assumed, key: index}
        return index

    def pick(self, value: Value) -> Value:
        """Return one of the alternatives of a joined value; a name imported early is looked up now."""
        if type(value) is not OneOf and type(value) is not Late:
            return value
        for _ in range(MAX_DEPTH):
            if type(value) is OneOf:
                value = value.values[self.choose(len(value.values))]
            elif type(value) is Late:
                value = self._late(value)
            else:
                break
        return value

    def _late(self, value: Late) -> Value:
        from scopelint.link import module_globals
        from scopelint.link.items import Missing

        module = self.modules.get(value.path)
        found = None if module is None else module_globals.module_global(self, module, value.name)
        if module is None or isinstance(found, Missing):
            return Unknown(Why(f"'{value.name}' is not defined in {value.path}", value.name, 0, value.name))
        return found

    def outcome(self, produce: Callable[[], list[Outcome]]) -> Value:
        """Return what a call gives on this path; `produce` runs once, whatever the number of its outcomes."""
        oracle = self.oracle
        if self._replays(0, calls=True):
            choice = oracle.trail[oracle.position]
        else:
            outcomes = produce()
            if not outcomes:
                raise DeadPath
            choice = Choice(len(outcomes), 0, outcomes)
            oracle.trail.append(choice)
        oracle.position += 1
        assert choice.outcomes is not None, "a replay met another kind of choice"
        outcome = choice.outcomes[choice.index]
        self.state.heap = outcome.heap.copy()
        return outcome.value

    def _replays(self, count: int, calls: bool) -> bool:
        """Say whether the next choice is one of the replayed ones.

        Something shared may have changed between two runs of a statement (an instance seen meanwhile), so that a replay
        meets another choice than the first run did: what follows is then new.
        """
        oracle = self.oracle
        if oracle.position >= len(oracle.trail):
            return False
        choice = oracle.trail[oracle.position]
        if (choice.outcomes is not None) == calls and (calls or choice.index < count):
            return True
        del oracle.trail[oracle.position :]
        return False

    def fork(self, state: State, action: Callable[[], T]) -> list[tuple[T, State]]:
        """Run `action` from `state` in every way it can go; return each result with the state it leaves."""
        ended, trail = self._way(state, action, [])
        if not trail:  # nearly always
            return [] if ended is None else [ended]
        results = [] if ended is None else [([choice.index for choice in trail], *ended)]
        pending: deque[list[Choice]] = deque()
        fresh = 0
        while True:
            for index in range(fresh, len(trail)):
                choice = trail[index]
                for other in range(choice.count - 1, 0, -1):
                    pending.append([*trail[:index], Choice(choice.count, other, choice.outcomes)])
            if len(results) >= (MAX_FORKS if self.live else MAX_DEAD_FORKS) and pending:
                if self.live:  # each alternative has been taken once, unless there are too many even for that
                    cuts = any(sum(1 for choice in way if choice.index) < 2 for way in pending)
                    self.bound(f"more than {MAX_FORKS} ways through one statement", cuts=cuts)
                break
            if not pending:
                break
            prefix = pending.popleft()  # those that differ least from the first come first
            fresh = len(prefix)
            ended, trail = self._way(state, action, prefix)
            if ended is not None:
                results.append(([choice.index for choice in trail], *ended))
        if len(results) > 1:
            results.sort(key=lambda found: found[0])
        return [(result, left) for _, result, left in results]

    def _way(
        self, state: State, action: Callable[[], T], prefix: list[Choice]
    ) -> tuple[tuple[T, State] | None, list[Choice]]:
        """Run `action` from `state` in one way, after a prefix of choices; return how it ended, and all its choices."""
        outer_state, outer_oracle = self.state, self.oracle
        self.step()
        self.site = 0  # the same in each run, so that each makes the same objects
        self.state = state.copy()
        oracle = self.oracle = Oracle(prefix)
        try:
            result = action()
            return (result, self.state), oracle.trail
        except DeadPath:
            return None, oracle.trail
        finally:
            self.state, self.oracle = outer_state, outer_oracle

    # --- the program -------------------------------------------------------------------------------------------------

    def frames(self) -> list[Frame]:
        """Return the frames that run, the innermost first."""
        found = []
        frame: Frame | None = self.frame
        while frame is not None:
            found.append(frame)
            frame = frame.caller
        return found

    def may_send(self, node: ir.Function) -> bool:
        """Say whether a request may be reached from a function, by the names that it mentions."""
        if self.fresh:
            fresh, self.fresh = self.fresh, []
            self.relevance.learn(fresh)
        return self.relevance.may_send(node)

    def enter(self, function: int) -> None:
        """Note that a function was run for somebody, by the identity of its node: it need not run for itself."""
        if function not in self.entered:
            self.entered.add(function)
            self.entering.append(function)

    def refer(self, function: int) -> None:
        """Note that code that counts refers to a function, by the identity of its node."""
        if self.live and function not in self.referred:
            self.referred.add(function)
            self._note_site(function)

    def mention(self, name: str) -> None:
        """Note that code that counts reads an attribute of this name from something that is not known."""
        if self.live and name not in self.names:
            self.names.add(name)
            self._note_site(name)

    def _note_site(self, key: int | str) -> None:
        """Note where in the app's own code a function or name is referred to first: in which function."""
        for frame in self.frames():
            if not frame.module.library and frame.function is not None:
                self.sites[key] = frame.module.path, frame.function.node
                return

    @property
    def setting_depth(self) -> int:
        """How many attributes are being set inside each other."""
        return len(self.setting)

    def operations(self, name: str) -> tuple[str, bool] | None:
        """Return the operation that a name of code without source stands for, and whether it was configured."""
        return self.vocabulary(name)

    # --- bounds ------------------------------------------------------------------------------------------------------

    def bound(self, limit: str, *, cuts: bool = True) -> None:
        """Note that a bound was reached where the machine is; `cuts`: requests beyond it may be lost."""
        self.spent[ReachedBound(limit, self.frame.module.path, cuts)] = None

    def step(self) -> None:
        """Count a statement, a call or a way through a statement; raises BudgetSpent or QuietSpent past the bound."""
        self.steps += 1
        self.total += 1
        if self.quiet_limit and self.steps > self.quiet_limit:
            raise QuietSpent
        is_late = self.total > self.most_steps and self.steps > self.late_steps
        if is_late or self.steps > (MAX_STEPS if self.live else MAX_DEAD_STEPS):
            if self.live and is_late:
                self.bound(TOGETHER)
            elif self.live:
                self.bound(f"more than {MAX_STEPS} steps from one entry point")
            raise BudgetSpent

    def charge(self, compared: int) -> None:
        """Count the values that were compared to tell states apart: many states with much in them take long."""
        steps = compared // COMPARED_A_STEP
        self.steps += steps
        self.total += steps
