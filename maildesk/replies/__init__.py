"""What we say: templates, their placeholders, plain words for times and names, and the mails made of them."""
