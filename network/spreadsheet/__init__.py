"""Files of rows and columns: read as people keep them, written so that no program runs what is in a cell."""
