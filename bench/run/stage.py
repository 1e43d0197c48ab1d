"""Herds of which only one runs at a time: even when idle, others would use the same core, and keep
it awake."""


class Stage:
    """Starts the requested herd, after ending the one before. Calls `warm` with it once, when it is
    first requested warm. A context manager."""

    def __init__(self, warm):
        self.warm = warm
        self.makers = {}
        self.name = None
        self.running = None
        self.is_warm = False

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.clear(check=kind is None)

    def add(self, name, make):
        """Adds a herd; `make` returns it, not yet running."""
        self.makers[name] = make

    def herd(self, name, warm=True):
        if self.name != name:
            self.clear()
            self.running = self.makers[name]().__enter__()
            self.name, self.is_warm = name, False
        if warm and not self.is_warm:
            self.warm(self.running)
            self.is_warm = True
        return self.running

    def clear(self, check=True):
        """Ends the running herd, if any. With `check`, raises its errors."""
        ended, self.running, self.name = self.running, None, None
        if ended is not None:
            ended.close(check)
