"""Who does what when: the roles, and the supervisor that runs them."""
