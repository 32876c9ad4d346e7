"""The bounds on what the abstract machine does. Reaching one is told in the report."""

MAX_STATES = 12
"""States of one function at a time; past it they are joined."""
MAX_FORKS = 24
"""Ways in which one statement can go."""
MAX_OUTCOMES = 16
"""Ways in which one call can end; past it the rest are joined."""
MAX_ALTERNATIVES = 16
"""Values of one joined variable."""
MAX_DEPTH = 48
"""Calls inside each other."""
MAX_CLOSURES = 6
"""Functions made by one definition inside another, with different variables around, that run for themselves."""
MAX_RECURSION = 2
"""Runs of one function inside itself."""
MAX_DESCENT = 5
"""Runs of one function inside itself, each on a part of what the one before was given, or on other classes."""
MAX_LOOP = 48
"""Elements of a known sequence that a loop runs over."""
MAX_STEPS = 60_000
"""Steps (statements, calls, ways through a statement) of one root."""
COMPARED_A_STEP = 256
"""Values that are compared in about the time of a step."""
MAX_TOTAL_STEPS = 200_000
"""Steps of all entry points together, past which each has only a few more."""
STEPS_A_FUNCTION = 20
"""Steps of all entry points together that each function of the project adds."""
MAX_LATE_STEPS = 200
"""Steps of each entry point past the bound of all together."""
MAX_LATE_SENDER_STEPS = 2_000
"""Those of an entry point that itself refers to a library that sends requests: where time is short, it comes first."""
LAST_STEPS = 2
"""How many times the bound of all together: past that, only such entry points run."""
MAX_UNUSED_STEPS = 50_000
"""Steps of all roots together that nothing refers to."""
MAX_QUIET_STEPS = 800
"""Steps of a call from which no request can be reached: what takes longer computes no address."""
MAX_DEAD_FORKS = 4
"""Ways in which one statement of code that nothing refers to can go."""
MAX_DEAD_STEPS = 1_500
"""Statements executed for one root that nothing refers to: it is only told of, and counts for nothing."""
MAX_INSTANCES = 12
"""Different instances of one class that are remembered."""
MAX_DATA_DEPTH = 3
"""Objects inside each other that are looked through for something that says something of a request."""
MAX_PLAIN_OUTCOMES = 2
"""Outcomes of one call that say nothing of a request, past which they are taken for one that is not known."""
TOGETHER = "more steps than all entry points may take together"
"""What is told where the bound of all together was reached."""
