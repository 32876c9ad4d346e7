"""Facts: what one module says, in a form that can be executed, cached and sent. `facts.extract` makes them."""
