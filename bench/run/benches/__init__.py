"""One module for each bench: run(options, load, folder) measures, and returns a Report."""
