"""What a file is, by its name alone."""

PYTHON_SUFFIXES = frozenset({"py", "pyw"})  # not "pyi": a stub sends nothing
OTHER_SUFFIXES = frozenset(
    {
        *("ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs", "vue", "svelte", "astro", "coffee", "ipynb"),
        *("sh", "bash", "zsh", "fish", "ksh", "ps1", "psm1", "bat", "cmd", "http", "rest", "hurl", "bru"),
        *("rb", "erb", "rake", "go", "java", "kt", "kts", "scala", "groovy", "clj", "php", "pl", "pm", "lua", "r"),
        *("cs", "fs", "vb", "rs", "swift", "m", "mm", "c", "h", "cc", "cpp", "hpp", "dart", "ex", "exs", "erl", "elm"),
        *("hs", "jl", "nim", "zig", "gradle", "tf", "mk", "pyx", "cr", "ml", "graphql", "gql", "sql"),
    }
)
CONFIGURATION_SUFFIXES = frozenset({"toml", "yaml", "yml", "json", "ini", "cfg", "conf"})
OTHER_NAMES = frozenset({"makefile", "gnumakefile", "justfile", "dockerfile", "jenkinsfile", "rakefile"})

PYTHON = "python"
OTHER = "other"
CONFIGURATION = "configuration"
UNKNOWN = ""


def language(path: str) -> str:
    """PYTHON, OTHER (a source of another language), CONFIGURATION or UNKNOWN (documentation, anything else)."""
    if path.endswith(".py"):
        return PYTHON if path[-4:-3] not in ("", "/") else UNKNOWN
    name = path.rpartition("/")[2]
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        return OTHER if name.lower() in OTHER_NAMES else UNKNOWN
    suffix = suffix.lower()
    if not stem:
        return UNKNOWN
    if suffix in PYTHON_SUFFIXES:
        return PYTHON
    if suffix in OTHER_SUFFIXES:
        return OTHER
    return CONFIGURATION if suffix in CONFIGURATION_SUFFIXES else UNKNOWN


def is_test(path: str) -> bool:
    """Whether a Python file is test code, by its path relative to the root."""
    folders, _, name = path.rpartition("/")
    if name.startswith("test_") or name.endswith(("_test.py", "_test.pyw")) or name == "conftest.py":
        return True
    return "test" in folders and not {"tests", "test"}.isdisjoint(folders.split("/"))
