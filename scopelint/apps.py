"""The apps of a tree: their manifests, and which files belong to which."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from scopelint.manifest import ManifestKeys, find, read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scopelint.config import Config
    from scopelint.discover import Discovery
    from scopelint.model import Manifest, Mention

MANIFEST_NAME = "max-ai.app.toml"


def manifests(root: Path, targets: Sequence[Path], config: Config, found: Discovery) -> tuple[Manifest, ...]:
    """Return the manifests of the tree: the configured one, else all below the targets and the nearest above each."""
    if config.manifest:
        return (read(Path(config.folder or root, config.manifest), root, manifest_keys(config)),)
    paths = {path for target in targets if (path := find(target, root)) is not None}
    folders = {os.path.dirname(file) for file in (*found.python, *found.other)}
    everywhere = {folder for name in folders for folder in _upwards(name)}
    paths |= {path for folder in everywhere if (path := root / folder / MANIFEST_NAME).is_file()}
    return tuple(sorted((read(path, root) for path in paths), key=lambda manifest: manifest.path))


def manifest_keys(config: Config) -> ManifestKeys | None:
    """Return where a configured manifest of another form has its scopes; None for the platform's own form."""
    if not config.manifest or not (config.manifest_required_key or config.manifest_optional_key):
        return None
    return ManifestKeys(required=config.manifest_required_key or "", optional=config.manifest_optional_key or "")


def _upwards(folder: str) -> Iterator[str]:
    yield folder
    while folder:
        folder = os.path.dirname(folder)
        yield folder


def owners(found: tuple[Manifest, ...], files: tuple[str, ...]) -> list[tuple[Manifest | None, tuple[str, ...]]]:
    """Return each manifest with the files that its folder owns; None with all files when there is no manifest."""
    if not found:
        return [(None, files)]
    return [(manifest, tuple(path for path in files if _owner(path, found) is manifest)) for manifest in found]


def _owner(path: str, found: tuple[Manifest, ...]) -> Manifest | None:
    holding = [manifest for manifest in found if not manifest.folder or path.startswith(manifest.folder + "/")]
    if not holding and len(found) == 1:
        return found[0]
    return max(holding, key=lambda manifest: len(manifest.folder), default=None)


def owned_mentions(
    manifest: Manifest | None, found: tuple[Manifest, ...], other: tuple[Mention, ...]
) -> tuple[Mention, ...]:
    """Return the mentions in files that a manifest's folder owns, or that no manifest's folder does."""
    if manifest is None or len(found) == 1:
        return other
    return tuple(mention for mention in other if _owner(mention.span.path, found) in (manifest, None))
