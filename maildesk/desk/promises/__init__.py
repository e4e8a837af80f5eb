"""When will we answer? The history of real answers, and the moment that follows from it."""
