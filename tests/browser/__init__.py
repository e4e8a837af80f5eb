"""The pages that maildesk shows, in a real Chromium."""
