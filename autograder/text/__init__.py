"""Text that people and other programs read: plain words, file names, spreadsheets."""
