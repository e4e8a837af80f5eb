"""What each command of an agent does, one file an order or a family of them; ``agent_plans`` reads them as one plan."""
