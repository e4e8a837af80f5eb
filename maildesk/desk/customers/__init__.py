"""A customer wrote: what becomes of it, and the words by which customers act themselves."""
