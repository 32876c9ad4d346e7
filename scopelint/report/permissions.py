"""The manifest's `[permissions]` section that an app's code needs."""

from scopelint.model import ScopeSummary


def permissions_section(scopes: ScopeSummary) -> str:
    """Return the TOML section that declares what is certainly needed, and names in a comment what perhaps is."""
    listed = "".join(f'    "{scope}",\n' for scope in scopes.missing)
    maybe = "".join(f'    # "{scope}",  # perhaps\n' for scope in scopes.maybe_missing)
    return f"[permissions]\nscopes = [\n{listed}{maybe}]\n" if listed or maybe else "[permissions]\nscopes = []\n"
