"""What people read: a table, feedback pages, a class page, exports."""
