"""What a decision knows: the facts that the store gathers before anything is decided. Data only."""
