"""What goes with a request but does not say which one it is: headers, bodies, time-outs.

Their contents are dropped as soon as they get a name, since they would only keep states apart.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from scopelint.link.values import Unknown, Why

if TYPE_CHECKING:
    from scopelint.link.values import Value

_PAYLOAD = re.compile(
    r"_*(?:\w+_)?(?:headers?|header_params|timeouts?|cookies?|body|body_params|post_params|form_params|form_data|json_data|"
    r"json_body|files?|verify|verify_ssl|certs?|proxies|proxy_headers|ssl_context|retries|accept|content_type|user_agent)",
    re.IGNORECASE,
)
_BLANK = Unknown(Why("what goes with a request"), False, True)


@lru_cache(maxsize=4096)
def is_payload(name: str) -> bool:
    """Say whether a variable, attribute or key of this name holds what does not say which request it is."""
    return _PAYLOAD.fullmatch(name) is not None


def blank(value: Value) -> Value:
    """Return what is kept of such a value: that there is one."""
    return value if value is None or type(value) is Unknown else _BLANK
