"""What must hold for any input, and generators of inputs: for the tests' short runs and for long ones with atheris."""
