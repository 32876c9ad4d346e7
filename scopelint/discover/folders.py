"""Folders that never hold a project's own code."""

LEFT_OUT = frozenset(
    {
        *(".git", ".hg", ".svn", ".bzr", ".jj"),
        *(".venv", "site-packages", "dist-packages", "__pypackages__", ".eggs", ".pixi"),
        *("node_modules", "bower_components", "__pycache__", ".tox", ".nox"),
        *(".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".ipynb_checkpoints"),
    }
)
LEFT_OUT_SUFFIXES = (".egg-info", ".dist-info", ".egg")
# Build output and environments, unless it is a Python package: there are packages called "build" and "venv".
UNLESS_PACKAGE = frozenset({"build", "dist", "_build", "venv", "virtualenv"})
ENVIRONMENT_MARK = "pyvenv.cfg"
PACKAGE_MARK = "__init__.py"


def left_out(name: str) -> bool:
    """Whether a folder is left out for its name alone."""
    return name in LEFT_OUT or name.endswith(LEFT_OUT_SUFFIXES)
