"""The one error of the embedded services."""


class ServiceError(RuntimeError):
    """A service cannot start or stop; the message says why and names the next step."""
