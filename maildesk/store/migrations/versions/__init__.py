"""One file per step. Steps are frozen: they never import the tables as they are today."""
