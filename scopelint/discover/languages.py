"""What a file is, by its name alone."""

import functools

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

_KINDS = {
    **dict.fromkeys(PYTHON_SUFFIXES, PYTHON),
    **dict.fromkeys(OTHER_SUFFIXES, OTHER),
    **dict.fromkeys(CONFIGURATION_SUFFIXES, CONFIGURATION),
}


@functools.lru_cache(maxsize=4096)  # the files of a large tree often have the same names
def language(path: str) -> str:
    """PYTHON, OTHER (a source of another language), CONFIGURATION or UNKNOWN (documentation, anything else)."""
    if path.endswith(".py"):
        return PYTHON if path[-4:-3] not in ("", "/") else UNKNOWN
    name = path.rpartition("/")[2]
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        return OTHER if name.lower() in OTHER_NAMES else UNKNOWN
    return _KINDS.get(suffix.lower(), UNKNOWN) if stem else UNKNOWN


def is_test(path: str) -> bool:
    """Whether a Python file is test code, by its path relative to the root."""
    folders, _, name = path.rpartition("/")
    if name.startswith("test_") or name.endswith(("_test.py", "_test.pyw")) or name == "conftest.py":
        return True
    return "test" in folders and not {"tests", "test"}.isdisjoint(folders.split("/"))
