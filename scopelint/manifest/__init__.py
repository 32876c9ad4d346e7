"""The app's manifest: finding it, reading it, and changing it without disturbing the rest of the file."""

from scopelint.manifest.locate import find
from scopelint.manifest.reader import ManifestKeys, read

__all__ = ["ManifestKeys", "find", "read"]
