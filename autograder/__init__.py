"""Everything that reads, runs, judges and reports submissions, and the `camlab` command."""
