"""Lab 09: class activation maps and Grad-CAM."""
