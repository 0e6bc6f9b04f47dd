"""Every page as it looks: the list of them, pictures for the documentation, and what axe finds in each."""
