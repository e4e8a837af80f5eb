"""A ticket and how it changes: states, steps, pledges, filing, merging. ``Work`` is a decision as it grows."""
