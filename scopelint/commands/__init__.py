"""What the commands do, a module each; `scopelint.cli` holds their options."""
