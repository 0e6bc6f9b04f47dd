"""Django's PostgreSQL backend, which looks whether its connection still stands without asking the server each time."""
