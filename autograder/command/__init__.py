"""The `camlab` command: one function for each of its commands, and what they show."""
