"""The values that the stages hand to each other: frozen, comparable, serialisable, and never handles."""

import enum

import msgspec


class Severity(enum.Enum):
    """How bad a finding is; errors and warnings fail a run, notes do not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Certainty(enum.Enum):
    """How sure scopelint is that a request is sent, and sent to the platform."""

    CERTAIN = "certain"
    PROBABLE = "probable"
    UNRESOLVED = "unresolved"


class OriginKind(enum.Enum):
    """Where the scheme and host of a request come from."""

    LITERAL = "literal"
    VARIABLE = "variable"
    UNKNOWN = "unknown"


class Value(msgspec.Struct, frozen=True):
    """Base of the values below."""


class Span(Value, frozen=True, order=True):
    """A place in a file: lines and columns count from 1, columns in code points, the end is exclusive.

    `path` is relative to the project's root, with forward slashes.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


class ChainLink(Value, frozen=True):
    """One call site on the way from a call to the library call that sends the request."""

    span: Span
    label: str  # what is called there, as written: "self._client.get"


class Origin(Value, frozen=True):
    """Scheme and host of a request.

    `text` is the literal origin in lower case ("https://api.maxcare.ai", no user information, port kept), the name of
    the variable or setting that holds it ("MAXAI_API_URL"), or None.
    """

    kind: OriginKind
    text: str | None


class QueryParameter(Value, frozen=True):
    """A query parameter; `value` is None when it is not known, `maybe` when it is perhaps not sent at all."""

    name: str
    value: str | None
    maybe: bool = False


class Query(Value, frozen=True):
    """The query of a request; `open` when there may be parameters beside those known."""

    parameters: tuple[QueryParameter, ...] = ()
    open: bool = False


class ApiCall(Value, frozen=True, kw_only=True):
    """One HTTP request that the code sends, as far as it could be resolved.

    `path` is a template: `{}` stands for an unknown text inside one segment, `{...}` for an unknown text that could be
    anything (several segments, a query, nothing). None when nothing is known of it. The path has no query.
    """

    method: str | None  # upper case; None when not known
    origin: Origin
    path: str | None
    query: Query
    span: Span  # the call that fixes the endpoint (spec: "Where")
    chain: tuple[ChainLink, ...]  # call sites from `span`'s call to the sink, the sink last
    sink: str  # the library callable that sends: "requests.Session.get"
    certainty: Certainty  # of the request being sent by this code; the origin's share of doubt is added by `match`
    live: bool  # whether it counts (spec: "Only what is used counts")
    handled: bool  # whether something along the chain handles a refusal (403)
    reason: str = ""  # why it is not certain, as a clause: "'path' is a parameter that no caller fixes"
    expression: str = ""  # the source text of the expression that stopped resolution
    operation: str = ""  # name of an operation whose source is not at hand ("notes.list"), else ""
    by_name: bool = (
        False  # in library code, and known to be used only by an attribute of that name on something unknown
    )
    roots: tuple[str, ...] = ()  # paths of the files whose code reaches this call (for trees with several manifests)


class Need(Value, frozen=True):
    """One scope that a call needs: any of `alternatives` satisfies it, the first is the one to declare."""

    alternatives: tuple[str, ...]
    certain: bool = True  # False: depends on a value that is not known
    because: str = ""  # the condition, when there is one: "includeSoapNote=true"


class Verdict(enum.Enum):
    """What the table says of a call."""

    ENDPOINT = "endpoint"
    UNKNOWN_ENDPOINT = "unknown-endpoint"
    WRONG_METHOD = "wrong-method"
    OTHER_VERSION = "other-version"
    UNRESOLVED = "unresolved"
    FOREIGN = "foreign"  # not the platform's


class MatchedCall(Value, frozen=True, kw_only=True):
    """An API call with the table's answer.

    `endpoint` is "METHOD /v3/path" as the table writes it, or "". `candidates` are the endpoints that an unresolved
    call could still be.
    """

    call: ApiCall
    verdict: Verdict
    certainty: Certainty
    endpoint: str = ""
    needs: tuple[Need, ...] = ()
    missing_query: tuple[str, ...] = ()  # required query parameters that are certainly absent
    candidates: tuple[str, ...] = ()
    template: str = ""  # for wrong methods: the path as the table writes it
    nearest: str = ""  # for unknown endpoints: the nearest one; for wrong methods: the methods that exist
    reason: str = ""  # why not certain


class ScopeEntry(Value, frozen=True):
    """One scope as declared in a manifest; `keep` when its line carries `# scopelint: keep`."""

    name: str
    optional: bool
    span: Span
    keep: bool = False


class AbsentKey(Value, frozen=True):
    """A dotted key that a manifest may have and lacks.

    `instead` is a key that it has, on that line, and that may be meant for it or for its table, `meant` ("" = none).
    """

    key: str
    instead: str = ""
    meant: str = ""
    line: int = 0


class Manifest(Value, frozen=True):
    """A manifest's declared scopes. `path` is relative to the project's root; `folder` is what it owns ("" = all)."""

    path: str
    folder: str
    entries: tuple[ScopeEntry, ...]
    section: Span  # where `[permissions]` stands, or the file's first line
    keep_marks: tuple[Span, ...] = ()  # comments `# scopelint: keep`, wherever they stand
    absent: tuple[AbsentKey, ...] = ()  # of its lists of scopes
    required: str = "permissions.scopes"  # the dotted key of the list, "" for none


class Mention(Value, frozen=True):
    """A place in a file of another language that names an endpoint of the table ("METHOD /v3/path")."""

    endpoint: str
    span: Span


class UnreadableFile(Value, frozen=True):
    """A Python file that could not be parsed or decoded, and where and why."""

    span: Span
    message: str


class Finding(Value, frozen=True, kw_only=True):
    """A rule's verdict, with its place and its evidence."""

    code: str
    slug: str
    severity: Severity
    message: str
    span: Span
    hint: str = ""  # what to do
    scope: str | None = None
    endpoint: str | None = None
    chain: tuple[ChainLink, ...] = ()


class ScopeSummary(Value, frozen=True, kw_only=True):
    """Declared against needed, as sorted lists of scope names."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    maybe_missing: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    possibly_unused: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


class ReachedBound(Value, frozen=True, order=True):
    """A bound of the resolver that was reached: what it limits, in which file, and whether it may cost calls."""

    limit: str  # "more than 48 elements of a loop"
    path: str
    cuts: bool


class App(Value, frozen=True, kw_only=True):
    """One app of the tree: its manifest (None when there is none), its calls and its scopes."""

    manifest: Manifest | None
    calls: tuple[MatchedCall, ...]
    scopes: ScopeSummary
    mentions: tuple[Mention, ...] = ()  # in files of other languages
    bounds: tuple[ReachedBound, ...] = ()
    lost: tuple[str, ...] = ()  # what a crash or a fault kept from being analysed, a clause each


class Suppressed(Value, frozen=True):
    """A finding that a comment or a baseline suppressed, and by what ("comment", "baseline")."""

    finding: Finding
    by: str
    noqa: bool = False  # whether only comments with `noqa` do, which flake8 applies by itself


class BaselineEntry(Value, frozen=True, kw_only=True):
    """A finding of an earlier run, by what stays the same when lines move.

    `message` has no line numbers, and counts only where neither scope nor endpoint say what the finding is about.
    """

    code: str
    path: str
    scope: str | None = None
    endpoint: str | None = None
    message: str = ""


class Statistics(Value, frozen=True, kw_only=True):
    """Counts of one run."""

    files: int = 0  # Python files found
    beside: int = 0  # of these, those outside the paths that were asked about, read to judge the app as a whole
    analysed: int = 0  # files whose code was read
    skipped_tests: int = 0
    unreadable: int = 0
    duration: float = 0.0  # seconds


class ScopeWords(Value, frozen=True, kw_only=True):
    """What the table says of a scope, for people; `successor` is that of a legacy name."""

    name: str
    title: str
    description: str
    successor: str | None = None


class EndpointWords(Value, frozen=True):
    """What a call of an endpoint ("METHOD /v3/path") does, as a clause: "lists patients"."""

    name: str
    action: str


class Glossary(Value, frozen=True, kw_only=True):
    """The table in plain words, for reports that people read."""

    scopes: tuple[ScopeWords, ...] = ()
    endpoints: tuple[EndpointWords, ...] = ()


class Report(Value, frozen=True, kw_only=True):
    """What one run found; every output format is a function of it."""

    root: str  # absolute path of the project's root, for readers of source excerpts
    apps: tuple[App, ...]
    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...] = ()
    statistics: Statistics = Statistics()
    analysed: tuple[str, ...] = ()  # paths of the Python files whose code was read, sorted
    expired: tuple[BaselineEntry, ...] = ()  # entries of the baseline that no finding answers to any more
    incomplete: tuple[str, ...] = ()  # what a crash or a bound kept from being analysed, a clause each
    glossary: Glossary = Glossary()
