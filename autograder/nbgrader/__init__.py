"""Where nbgrader and Jupyter enter: classes that they find by name (see `nbgrader_config.py`)."""
