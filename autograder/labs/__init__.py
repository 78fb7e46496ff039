"""The labs that come with Camlab, a folder for each."""
