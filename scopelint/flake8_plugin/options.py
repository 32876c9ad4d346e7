"""The plugin's options: those of `scopelint check` that say what is analysed, under names of their own."""

from collections.abc import Mapping
from typing import Any

OPTIONS: tuple[tuple[str, Mapping[str, Any]], ...] = (
    (
        "--scopelint-project",
        {"metavar": "FOLDER", "normalize_paths": True, "help": "Analyse this folder [default: the nearest project]."},
    ),
    (
        "--scopelint-config",
        {"metavar": "FILE", "normalize_paths": True, "help": "Read this configuration file of scopelint."},
    ),
    (
        "--scopelint-manifest",
        {
            "metavar": "FILE",
            "normalize_paths": True,
            "help": "The manifest [default: the nearest max-ai.app.toml].",
        },
    ),
    ("--scopelint-include-tests", {"action": "store_true", "help": "Analyse test code too."}),
    ("--scopelint-count-dead-code", {"action": "store_true", "help": "Count code that nothing uses too."}),
    (
        "--scopelint-search-path",
        {
            "metavar": "FOLDERS",
            "normalize_paths": True,
            "comma_separated_list": True,
            "help": "Look for imports here too.",
        },
    ),
    (
        "--scopelint-python",
        {
            "metavar": "PATH",
            "normalize_paths": True,
            "help": "Interpreter or environment whose packages the code imports.",
        },
    ),
    ("--scopelint-no-cache", {"action": "store_true", "help": "Neither read nor write scopelint's cache."}),
)
