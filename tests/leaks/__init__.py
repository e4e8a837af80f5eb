"""Agents' replies as their mail programs write them, and what of them a customer gets."""
