"""Folders that never hold a project's own code."""

from collections.abc import Iterator, Sequence

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


def wanted(paths: Sequence[str], start: str) -> Iterator[str]:
    """Those of `paths` that no left-out folder below the folder `start` contains.

    A folder is also left out when `paths` tell that it is a virtual environment, or that it is named like one, or like
    build output, and is no package.
    """
    packages = _folders_with(PACKAGE_MARK, paths)
    environments = _folders_with(ENVIRONMENT_MARK, paths)
    verdicts: dict[str, bool] = {"": True, start: True}

    def keep(folder: str) -> bool:
        known = verdicts.get(folder)
        if known is None:
            parent, _, name = folder.rpartition("/")
            known = not (
                left_out(name) or folder in environments or (name in UNLESS_PACKAGE and folder not in packages)
            )
            verdicts[folder] = known = known and keep(parent)
        return known

    return (path for path in paths if keep(path.rpartition("/")[0]))


def _folders_with(name: str, paths: Sequence[str]) -> set[str]:
    ending = "/" + name
    return {path[: -len(ending)] for path in paths if path.endswith(ending)}
