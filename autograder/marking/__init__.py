"""The page on which TAs mark written answers: `camlab marks`."""
