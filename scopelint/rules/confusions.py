"""Scope names that people write and that do not exist, and what they mean."""

from collections.abc import Iterable

from scopelint.nearest import nearest

# No likeness of letters leads from these to what is meant.
MEANT = {
    "read:billing": "read:bills",
    "read:invoices": "read:bills",
    "read:charges": "read:bills",
    "read:visits": "read:bills",
    "read:clinics": "read:facilities",
    "read:locations": "read:facilities",
    "read:doctors": "read:providers",
    "read:practitioners": "read:providers",
    "read:phones": "read:phone_numbers",
    "read:stock": "read:inventory",
    "read:stock_levels": "read:inventory",
    "read:soap": "read:soap_notes",
    "read:images": "read:notes",
    "write:notes": "write:soap_notes",
    "write:soap": "write:soap_notes",
    "write:images": "write:notes_images",
    "write:note_images": "write:notes_images",
    "write:stock": "write:inventory",
    "send:emails": "write:emails",
    "send:email": "write:emails",
}


def advice(name: str, known: Iterable[str]) -> tuple[str, str | None]:
    """Return what to say of an unknown scope, as a clause, and the scope that was probably meant."""
    names = tuple(known)
    plain = "_".join(name.strip().casefold().replace("-", "_").split())
    verb, colon, resource = plain.replace(".", ":").partition(":")
    if resource in ("read", "write"):  # "patients:read"
        verb, resource = resource, verb
    meant = MEANT.get(f"{verb}:{resource}")
    if meant in names:
        return f"{meant} is probably meant", meant
    resources = {known.partition(":")[2]: known for known in names if known.partition(":")[0] == verb}
    if not colon or not resources:
        meant = nearest(plain, names)
    elif resource not in resources and any(known.partition(":")[2] == resource for known in names):
        return f"no endpoint has a permission to {verb} {resource.replace('_', ' ')}", None
    else:
        close = nearest(resource, resources)
        meant = resources[close] if close else None
    return (f"{meant} is probably meant", meant) if meant else ("no scope has a name like it", None)
