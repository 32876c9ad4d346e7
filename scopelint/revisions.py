"""A git revision's files in a temporary folder, read from git's objects: the work tree and the index are not touched.

The repository is not trusted. Only commands that read objects are run: they start no hook, filter, pager or monitor
that its configuration may name, and git is forbidden every transport, so that it cannot be made to fetch.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec

from scopelint.errors import ScopelintError

SIZE_LIMIT = 20 * 2**20  # bytes; a larger file is no source code

_REGULAR_FILES = ("100644", "100755", "100664")
# Where a hook or an alias that calls scopelint stands; the repository is the one that holds the analysed path.
_FOREIGN_VARIABLES = ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_NAMESPACE")


class Repository(msgspec.Struct, frozen=True):
    """A git repository, by the absolute path of its work tree's top folder."""

    top: Path

    def commit(self, revision: str) -> str:
        """Return the id of the commit that a revision means; raises ScopelintError when it means none."""
        if revision.startswith("-") or "\0" in revision or not revision:
            raise ScopelintError(f'"{revision}" is no revision')
        found = self._run("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", or_none=True)
        if not found:
            raise ScopelintError(f'"{revision}" is no revision of the repository at {self.top}')
        return found.decode("ascii").strip()

    def merge_base(self, one: str, other: str) -> str:
        """Return the id of the best common ancestor of two commits; raises ScopelintError when there is none."""
        found = self._run("merge-base", one, other, or_none=True)
        if not found:
            raise ScopelintError(f"{one[:10]} and {other[:10]} have no common ancestor here (is the clone shallow?)")
        return found.decode("ascii").split()[0]

    @contextmanager
    def files_of(self, commit: str, is_wanted: Callable[[str], bool]) -> Iterator[Path]:
        """Give a temporary folder with the regular files of a commit whose paths are wanted.

        Symbolic links, submodules and files larger than SIZE_LIMIT are left out. Raises ScopelintError when an object
        is not there.
        """
        with tempfile.TemporaryDirectory(prefix="scopelint-", ignore_cleanup_errors=True) as name:
            folder = Path(name).resolve()
            self._write(commit, is_wanted, folder)
            yield folder

    def _write(self, commit: str, is_wanted: Callable[[str], bool], folder: Path) -> None:
        wanted = [(path, blob) for path, blob in self._blobs(commit) if is_wanted(path)]
        with tempfile.TemporaryFile() as requests:
            requests.write(b"".join(blob + b"\n" for _, blob in wanted))
            requests.seek(0)
            command, environment = self._command("cat-file", "--batch")
            with subprocess.Popen(
                command, env=environment, stdin=requests, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            ) as process:
                assert process.stdout is not None
                try:
                    for path, _ in wanted:
                        _receive(process.stdout, folder, path, commit)
                except BaseException:
                    process.kill()
                    raise

    def _blobs(self, commit: str) -> Iterator[tuple[str, bytes]]:
        """Yield path and id of the regular files of a commit."""
        listed = self._run("ls-tree", "-r", "-z", "--full-tree", commit)
        for row in listed.split(b"\0"):
            facts, _, name = row.partition(b"\t")
            mode, _, rest = facts.partition(b" ")
            path = os.fsdecode(name)
            if mode.decode("ascii") in _REGULAR_FILES and _is_safe(path):
                yield path, rest.partition(b" ")[2]

    def _run(self, *arguments: str, or_none: bool = False) -> bytes:
        """Return what git prints; raises ScopelintError with its last words, unless it may find nothing (code 1)."""
        command, environment = self._command(*arguments)
        done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if done.returncode == 0:
            return done.stdout
        if done.returncode == 1 and or_none:
            return b""
        words = done.stderr.decode("utf-8", "replace").strip().splitlines() or [f"exit code {done.returncode}"]
        raise ScopelintError(f"git {arguments[0]}: {words[0]}", str(self.top))

    def _command(self, *arguments: str) -> tuple[list[str], dict[str, str]]:
        git = shutil.which("git")
        if git is None:
            raise ScopelintError("git is not installed, and revisions cannot be read without it")
        environment = {name: value for name, value in os.environ.items() if name not in _FOREIGN_VARIABLES}
        environment |= {
            "GIT_ALLOW_PROTOCOL": "none",  # a partial clone would fetch, with a program of its configuration
            "GIT_NO_LAZY_FETCH": "1",  # the same, for git 2.45 and later
            "GIT_CEILING_DIRECTORIES": os.fspath(self.top.parent),
            "GIT_OPTIONAL_LOCKS": "0",
            "LC_ALL": "C",
        }
        return [git, "--no-pager", "-C", os.fspath(self.top), *arguments], environment


def repository(folders: Sequence[Path]) -> Repository:
    """Return the repository of an analysed path, given with the folders above it; raises ScopelintError without one."""
    top = folders[-1]
    if not (top / ".git").exists():
        raise ScopelintError("is not in a git repository", str(folders[0]))
    return Repository(top)


def _is_safe(path: str) -> bool:
    """Tell whether a path from a tree object, which anybody can have made, stays in the folder that it is joined to."""
    parts = path.split("/")
    if os.name == "nt" and any(character in path for character in "\\:"):
        return False
    return not any(part in ("", ".", "..") or part.lower() == ".git" for part in parts)


def _receive(stream: IO[bytes], folder: Path, path: str, commit: str) -> None:
    """Write the next file that git sends."""
    header = stream.readline().split()
    if len(header) != 3 or header[1] != b"blob":
        raise ScopelintError(f"is not among the objects of {commit[:10]} here (is the clone partial?)", path)
    size = int(header[2])
    if size > SIZE_LIMIT:
        _skip(stream, size + 1)
        return
    content = stream.read(size + 1)[:-1]  # without the line feed that ends it
    try:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            file.write(content)
    except OSError as error:
        raise ScopelintError(f"cannot be written to {folder}: {error.strerror}", path) from None


def _skip(stream: IO[bytes], size: int) -> None:
    while size > 0 and (piece := stream.read(min(size, 2**20))):
        size -= len(piece)
