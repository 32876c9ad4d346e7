"""What a key may do: the platform's answer to `GET /v3/marketplace/me`, saved or asked for.

The key goes to the address that the user gave and nowhere else: no redirect is followed, and nothing of it is shown.
"""

import json
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from scopelint.errors import ScopelintError

if TYPE_CHECKING:
    import httpx

PATH = "/v3/marketplace/me"
KEY_VARIABLE = "MAXAI_API_KEY"
BASE_VARIABLE = "MAXAI_API_URL"
ORGANIZATION_VARIABLE = "MAXAI_ORGANIZATION_ID"
SIZE_LIMIT = 2**20  # bytes of an answer

_TRIES = 4
_FIRST_WAIT = 1.0  # seconds, doubled each time
_LONGEST_WAIT = 60.0  # seconds
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_WORDS_LIMIT = 200


class Granted(msgspec.Struct, frozen=True, kw_only=True):
    """What the answer says; `app` and `organization` are names or ids, "" where it has none."""

    scopes: tuple[str, ...]
    app: str = ""
    organization: str = ""


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """What a request is made with."""

    base: str
    key: str
    organization: str

    def __repr__(self) -> str:
        """Return a text without the key."""
        return f"Credentials(base={self.base!r}, organization={self.organization!r})"


def credentials(
    environment: Mapping[str, str], base: str | None, organization: str | None, default: str
) -> Credentials:
    """Return what is to be sent, from options and variables; raises ScopelintError for what is missing or unsafe."""
    key = environment.get(KEY_VARIABLE, "").strip()
    owner = (organization or environment.get(ORGANIZATION_VARIABLE, "")).strip()
    if not key:
        raise ScopelintError(f"set {KEY_VARIABLE}, or give a saved answer with --answer FILE")
    if not owner:
        raise ScopelintError(f"name the organization with --organization ID or {ORGANIZATION_VARIABLE}")
    for name, value in ((KEY_VARIABLE, key), ("the organization", owner)):
        if not (value.isascii() and value.isprintable()):
            raise ScopelintError(f"{name} has characters that cannot be sent in a header")
    return Credentials(base=_base(base or environment.get(BASE_VARIABLE, "") or default), key=key, organization=owner)


def ask(given: Credentials, timeout: float) -> str:
    """Return the platform's answer; `timeout` is in seconds, for each try.

    Waits and tries again when the platform is busy or fails (429, 5xx). Raises ScopelintError for every other answer,
    and when httpx is not installed.
    """
    try:
        import httpx
    except ImportError:
        raise ScopelintError('asking the platform needs httpx: pip install "scopelint[granted]"') from None
    headers = {
        "Authorization": f"Bearer {given.key}",
        "X-Organization-Id": given.organization,
        "Accept": "application/json",
    }
    secure = given.base.startswith("https:")  # a proxy would see what is sent to a loopback address in the clear
    try:
        with httpx.Client(headers=headers, timeout=timeout, follow_redirects=False, trust_env=secure) as client:
            return _ask(client, given, timeout)
    except httpx.TimeoutException:
        raise _late(given, timeout) from None
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        reason = _masked(str(error), given) or type(error).__name__
        raise ScopelintError(f"cannot be asked: {reason}", given.base) from None


def parse(text: str, shown: str) -> Granted:
    """Return what an answer says; raises ScopelintError, with `shown` as its name, when it is none."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise ScopelintError(f"is not JSON, and so no answer of {PATH}", shown) from None
    answer = document if isinstance(document, dict) else {}
    data = answer["data"] if isinstance(answer.get("data"), dict) else answer
    scopes = data.get("scopes")
    if not isinstance(scopes, list) or not all(isinstance(scope, str) for scope in scopes):
        words = _message(answer)
        raise ScopelintError(f"is no answer of {PATH}" + (f": it says {words}" if words else ""), shown)
    return Granted(
        scopes=tuple(sorted(set(scopes))),
        app=_named(data.get("app"), "slug", "id"),
        organization=_named(data.get("organization"), "name", "id"),
    )


def _ask(client: "httpx.Client", given: Credentials, timeout: float) -> str:
    wait = _FIRST_WAIT
    for left in reversed(range(_TRIES)):
        deadline = time.monotonic() + timeout
        with client.stream("GET", given.base + PATH) as response:
            body = b""
            for piece in response.iter_bytes():
                body += piece
                if len(body) > SIZE_LIMIT:
                    raise ScopelintError(f"answers with more than {SIZE_LIMIT} bytes", given.base)
                if time.monotonic() > deadline:  # each piece may come in time, and the whole never
                    raise _late(given, timeout)
        if response.status_code == 200:
            return body.decode("utf-8", "replace")
        if response.status_code != 429 and response.status_code < 500:
            raise _refusal(response, body, given)
        if not left:
            break
        asked = _retry_after(response.headers.get("Retry-After", ""))
        if asked is not None and asked > _LONGEST_WAIT:
            raise ScopelintError(f"answers with {response.status_code}, and asks to wait {asked:.0f} s", given.base)
        time.sleep(wait if asked is None else asked)
        wait *= 2
    raise ScopelintError(f"answers with {response.status_code}, {_TRIES} times", given.base)


def _refusal(response: "httpx.Response", body: bytes, given: Credentials) -> ScopelintError:
    try:
        document = json.loads(body)
        words = _masked(_message(document), given) if isinstance(document, dict) else ""
    except (ValueError, RecursionError):
        words = ""
    told = f" ({words})" if words else ""
    status = response.status_code
    if 300 <= status < 400:
        target = _masked(response.headers.get("Location", "nowhere"), given)
        return ScopelintError(f"redirects to {target}, where the key is not sent: correct {BASE_VARIABLE}", given.base)
    advice = {
        401: f"does not accept the key: check {KEY_VARIABLE}",
        403: "refuses the request: check that the key belongs to the organization",
        404: f"has no {PATH}: check {BASE_VARIABLE}",
    }
    return ScopelintError(f"{advice.get(status, 'gives no answer')}: {status}{told}", given.base)


def _late(given: Credentials, timeout: float) -> ScopelintError:
    return ScopelintError(f"does not answer within {timeout:g} s", given.base)


def _retry_after(text: str) -> float | None:
    """Return the seconds of a Retry-After header, which has a number or a date; None when it has neither."""
    from email.utils import parsedate_to_datetime

    if text.strip().isdecimal():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None


def _base(address: str) -> str:
    """Return the base address without the version that variables may hold; raises ScopelintError for an unsafe one."""
    shown = address.rpartition("@")[2].strip()
    try:
        parts = urlsplit(address.strip())
        host = parts.hostname or ""
        _ = parts.port  # raises for one that is no number
    except ValueError:
        host = ""
    if not host or parts.scheme not in ("https", "http") or parts.query or parts.fragment or not address.isascii():
        raise ScopelintError("is no base address: write one such as https://api.maxcare.ai", shown)
    if "@" in parts.netloc:
        raise ScopelintError("must not hold a user name or a password", shown)
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise ScopelintError("would carry the key unencrypted: use https", shown)
    path = parts.path.rstrip("/")
    return f"{parts.scheme}://{parts.netloc}{path.removesuffix('/v3')}"


def _message(document: Mapping[str, Any]) -> str:
    """Return the message of an answer that tells of an error: the platform's have a code and a message."""
    words = document.get("message") or document.get("code") or ""
    return words[:_WORDS_LIMIT] if isinstance(words, str) else ""


def _masked(text: str, given: Credentials) -> str:
    return text.replace(given.key, "***")[:_WORDS_LIMIT]


def _named(row: Any, *keys: str) -> str:  # noqa: ANN401 - any JSON
    names = [row.get(key) for key in keys] if isinstance(row, dict) else []
    return next((name for name in names if isinstance(name, str) and name), "")
