"""MarkUs, there and back: `camlab markus pull` and `camlab markus push`."""
