"""What the terminal that is written to can show: colours, links, and how much in a line."""

import os
import sys
from collections.abc import Mapping

import msgspec

from scopelint.report.options import RenderOptions

# Terminals that show OSC 8 links, by the variable that they set and how its value begins.
_LINKING = (
    ("TERM_PROGRAM", ("iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "WarpTerminal", "rio")),
    ("TERM", ("xterm-kitty", "xterm-ghostty", "alacritty", "foot", "wezterm", "contour")),
    ("WT_SESSION", ("",)),  # Windows Terminal
    ("KONSOLE_VERSION", ("2", "3")),  # since 20.12
)
_VTE = 5000  # GNOME's terminals show links since VTE 0.50


def for_terminal(options: RenderOptions, choice: str) -> RenderOptions:
    """Return the options for standard output; `choice` is the user's about colours ("auto", "always", "never")."""
    on_terminal = sys.stdout is not None and sys.stdout.isatty()  # it may be closed
    color = choice == "always" or (choice == "auto" and wants_color(os.environ, on_terminal))
    return msgspec.structs.replace(
        options,
        color=color,
        link_host=_host() if shows_links(os.environ, on_terminal and color) else "",
        width=_width() if on_terminal else 0,
    )


def _host() -> str:
    import socket  # here, as the other one: few runs need them

    return socket.gethostname()


def _width() -> int:
    import shutil

    return shutil.get_terminal_size().columns


def wants_color(environment: Mapping[str, str], on_terminal: bool) -> bool:
    """Return whether to use colours: NO_COLOR goes before FORCE_COLOR, and both before what the terminal is."""
    if environment.get("NO_COLOR"):
        return False
    if environment.get("FORCE_COLOR", "0") not in ("", "0", "false"):
        return True
    return on_terminal and environment.get("TERM") != "dumb"


def shows_links(environment: Mapping[str, str], on_terminal: bool) -> bool:
    """Return whether to write links: terminals that do not know them may show their addresses as text."""
    if environment.get("NO_HYPERLINKS") or not on_terminal or environment.get("CI"):
        return False
    if environment.get("FORCE_HYPERLINK", "0") not in ("", "0"):
        return True
    if environment.get("TMUX") or environment.get("TERM", "").startswith("screen"):
        return False  # they may stand between a terminal that knows links and us
    version = environment.get("VTE_VERSION", "")
    return (version.isdecimal() and int(version) >= _VTE) or any(
        environment[variable].startswith(values) for variable, values in _LINKING if variable in environment
    )
