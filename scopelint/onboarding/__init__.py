"""What a new user's project needs: base addresses found in its code, a configuration, a hook and a CI job."""
