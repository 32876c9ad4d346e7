"""The apps of a tree: their manifests, which files belong to which, and which of them a run is about."""

from __future__ import annotations

import glob
import os
from pathlib import Path
from typing import TYPE_CHECKING

from scopelint.config import place_of, upwards
from scopelint.errors import ScopelintError
from scopelint.manifest import ManifestKeys, find, read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scopelint.config import Config
    from scopelint.discover import Discovery
    from scopelint.model import Manifest, Mention

MANIFEST_NAME = "max-ai.app.toml"
_SMALL_APP = 100  # files
_NEAR = (f"*/{MANIFEST_NAME}", f"*/*/{MANIFEST_NAME}")


def manifests(root: Path, targets: Sequence[Path], config: Config, found: Discovery) -> tuple[Manifest, ...]:
    """Return the manifests of the tree: the configured one, else all below the targets and the nearest above each."""
    if config.manifest:
        named = Path(config.folder or root, config.manifest)
        if not os.path.isabs(config.manifest) and not named.exists():  # else the command line names it
            raise ScopelintError(f'"manifest": there is no {config.manifest}', *place_of(config, "manifest"))
        return (read(named, root, manifest_keys(config)),)
    paths = {path for target in targets if (path := find(target, root)) is not None}
    folders = {file.rpartition("/")[0] for file in (*found.python, *found.other)}
    everywhere = {folder for name in folders for folder in _upwards(name)}
    possible = [os.path.join(root, folder, MANIFEST_NAME) for folder in everywhere]
    paths |= {Path(path) for path in possible if os.path.lexists(path)}
    keys = manifest_keys(config)
    return tuple(sorted((read(path, root, keys) for path in paths), key=lambda manifest: manifest.path))


def asked(
    found: tuple[Manifest, ...], root: Path, targets: Sequence[Path], config: Config, named: Discovery
) -> tuple[Manifest, ...]:
    """Return the manifests of the apps that a run is about: those that the targets, or files in them, belong to.

    `named` are the files at the targets. Other manifests only say which files are other apps'.
    """
    if config.manifest:
        return found
    files = (*named.python, *named.tests, *named.other)
    owning = {manifest.path for path in files if (manifest := _owner(path, found)) is not None}
    places = [target.resolve() for target in targets]
    inside = {row.path for row in found if any((root / row.path).is_relative_to(place) for place in places)}
    nearest = {path.resolve() for target in targets if (path := find(target, root)) is not None}
    wanted = owning | inside or {row.path for row in found if (root / row.path).resolve() in nearest}
    return tuple(manifest for manifest in found if manifest.path in wanted)


def uncovered(found: Sequence[Manifest], root: Path, targets: Sequence[Path], config: Config) -> tuple[Path, ...]:
    """Return the folders of apps of which the targets hold only a part: no scope is unused before all is read.

    A manifest that the command line names may stand apart from its code, which is then what the targets hold.
    """
    folders = [Path(os.path.normpath(root / manifest.folder)) for manifest in found]
    if config.manifest and not os.path.isabs(config.manifest):
        folders = [Path(config.folder or root)]  # the configuration speaks for its whole folder
    places = [target.resolve() for target in targets]
    return tuple(
        folder
        for folder in folders
        if folder.is_relative_to(root)
        and any(place.is_relative_to(folder) for place in places)
        and not any(folder.is_relative_to(place) for place in places)
    )


def nearby(targets: Sequence[Path]) -> tuple[str, ...]:
    """Return the absolute folders of the apps near the targets: one or two folders below one above, the nearest first.

    None are looked for outside of a git work tree.
    """
    found: list[str] = []
    for target in targets:
        folders = [os.fspath(folder) for folder in upwards(target)]
        if not os.path.lexists(os.path.join(folders[-1], ".git")):
            continue
        for folder in folders:
            names = [name for pattern in _NEAR for name in glob.glob(pattern, root_dir=folder)]
            found += [os.path.dirname(os.path.join(folder, name)) for name in sorted(names)]
    return tuple(dict.fromkeys(found))


def manifest_keys(config: Config) -> ManifestKeys | None:
    """Return where manifests of another form have their scopes; None for the platform's own form."""
    if not (config.manifest_required_key or config.manifest_optional_key):
        return None
    return ManifestKeys(required=config.manifest_required_key or "", optional=config.manifest_optional_key or "")


def check_keys(found: Sequence[Manifest], config: Config) -> None:
    """Raise ScopelintError for a manifest without a list of scopes whose key is configured."""
    usual = ManifestKeys()
    configured = {
        config.manifest_required_key: ("manifest-required-key", usual.required),
        config.manifest_optional_key: ("manifest-optional-key", usual.optional),
    }
    for manifest in found:
        for absent in manifest.absent:
            setting, usual_key = configured.get(absent.key, ("", absent.key))
            if absent.key != usual_key:
                instead = f', but "{absent.instead}"' if absent.instead else ""
                advice = f'write an empty list there, or correct "{setting}" in the configuration'
                raise ScopelintError(f'has no "{absent.key}"{instead}: {advice}', manifest.path, absent.line)


def _upwards(folder: str) -> Iterator[str]:
    yield folder
    while folder:
        folder = folder.rpartition("/")[0]
        yield folder


def owners(found: tuple[Manifest, ...], files: tuple[str, ...]) -> list[tuple[Manifest | None, tuple[str, ...]]]:
    """Return each manifest with the files that its folder owns; None with all files when there is no manifest."""
    if not found:
        return [(None, files)]
    owned: dict[str, list[str]] = {manifest.path: [] for manifest in found}
    for path in files:
        if (manifest := _owner(path, found)) is not None:
            owned[manifest.path].append(path)
    return [(manifest, tuple(owned[manifest.path])) for manifest in found]


def likely(found: tuple[Manifest, ...], files: tuple[str, ...]) -> tuple[str, ...]:
    """Return the files that stand beside the manifests of small apps: most of them have to do with the platform."""
    folders = [f"{manifest.folder}/" if manifest.folder else "" for manifest in found]
    beside = [[path for path in files if path.startswith(folder)] for folder in folders]
    return tuple(dict.fromkeys(path for paths in beside if len(paths) <= _SMALL_APP for path in paths))


def _owner(path: str, found: tuple[Manifest, ...]) -> Manifest | None:
    if len(found) == 1:  # an app's code may stand outside of its manifest's folder
        return found[0]
    holding = [manifest for manifest in found if not manifest.folder or path.startswith(manifest.folder + "/")]
    return max(holding, key=lambda manifest: len(manifest.folder), default=None)


def owned_mentions(
    manifest: Manifest | None, found: tuple[Manifest, ...], other: tuple[Mention, ...]
) -> tuple[Mention, ...]:
    """Return the mentions in files that a manifest's folder owns, or that no manifest's folder does."""
    if manifest is None or len(found) == 1:
        return other
    return tuple(mention for mention in other if _owner(mention.span.path, found) in (manifest, None))
