"""Herds of which only one runs at a time: what others do when idle would take time of the same
core, and keep it awake."""


class Stage:
    """Starts the herd that is asked for, after ending the one before. `warm` is called with it
    once, as soon as it is to be warm. A context manager."""

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
        """`make` returns a herd that does not run yet."""
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
        """Ends the herd that runs, if any. With `check`, an error in that is raised."""
        ended, self.running, self.name = self.running, None, None
        if ended is not None:
            ended.close(check)
