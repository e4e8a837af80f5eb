"""Who wrote, and how far that is proven: signed addresses, Authentication-Results, trust, authorship."""
