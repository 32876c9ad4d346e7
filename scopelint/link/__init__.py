"""From the project's facts to its API calls: the program is run abstractly, from its entry points to the requests."""

from scopelint.link.engine import Linked, LinkRequest, link

__all__ = ["LinkRequest", "Linked", "link"]
