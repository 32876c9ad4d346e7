"""What to say of code that is no app's, where apps that may use it are near."""

import os
import shlex
from collections.abc import Sequence
from pathlib import Path

from scopelint.apps import MANIFEST_NAME, nearby
from scopelint.elsewhere import relative

_SHOWN = 3


def instead_of(targets: Sequence[str], command: str) -> str:
    """Return why no manifest was found for the targets, and the command to run on the apps near them; "" without any.

    A clause that can follow others.
    """
    folders = [relative(folder, os.getcwd()) for folder in nearby([Path(target) for target in targets])]
    if not folders:
        return ""
    where = ", ".join(targets)
    run = shlex.join(("scopelint", command, *folders[:_SHOWN]))
    more = f" (and {len(folders) - _SHOWN} more)" if len(folders) > _SHOWN else ""
    return f"no {MANIFEST_NAME} lies in {where} or above; the apps near it count what they use of it: {run}{more}"
