"""One name for a file, however flake8 spells it."""

import os


def absolute(filename: str) -> str:
    """Return the absolute path of a file in its real folder; findings are told of files, not of links to them."""
    folder, name = os.path.split(filename)
    return os.path.join(os.path.realpath(folder), name)
