"""What the money does to how concentrated the world's output is: forms, shares, and the index of them. Pure."""
