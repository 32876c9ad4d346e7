"""What goes with a request but does not say which one it is: headers, bodies, time-outs.

Their contents are dropped as soon as they get a name, since they would only keep states apart.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from scopelint.link.values import DictRecord, ListRecord, Ref, Str, Tuple, Unknown, Why

if TYPE_CHECKING:
    from scopelint.link.machine import Machine
    from scopelint.link.values import Value

_PAYLOAD = re.compile(
    r"_*(?:\w+_)?(?:headers?|header_params|timeouts?|cookies?|body|body_params|post_params|form_params|form_data|json_data|"
    r"json_body|files?|verify|verify_ssl|certs?|proxies|proxy_headers|ssl_context|retries|accept|content_type|user_agent)",
    re.IGNORECASE,
)
_KEY = re.compile(
    r"data|json|content|proxy|auth|stream|allow_redirects|follow_redirects|ssl|trace_configs|connector|decode_content|"
    r"preload_content|hooks|trust_env|raise_for_status|chunked|compress",
    re.IGNORECASE,
)
_BLANK = Unknown(Why("what goes with a request"), False, True)


@lru_cache(maxsize=4096)
def is_payload(name: str) -> bool:
    """Say whether a variable, attribute or key of this name holds what does not say which request it is."""
    return _PAYLOAD.fullmatch(name) is not None


@lru_cache(maxsize=4096)
def is_payload_key(key: str) -> bool:
    """Say whether a key of keyword arguments is of this kind; more are than names of variables."""
    return is_payload(key) or _KEY.fullmatch(key) is not None


def blank(m: Machine, value: Value) -> Value:
    """Return what is kept of such a value: that there is one, or that it is empty. Callables and objects stay."""
    if m.making:  # a metaclass calls what a class's body has bound by such names
        return value
    if type(value) is Ref:
        record = m.record(value)
        return _BLANK if type(record) in (ListRecord, DictRecord) and record.items else value  # type: ignore[union-attr]  # both have them
    return _BLANK if type(value) in (Str, Tuple) or (type(value) in (int, float) and value) else value
