"""When a desk's people work: weeks, closures, holidays, zones, and arithmetic in service time. Knows no mail."""
