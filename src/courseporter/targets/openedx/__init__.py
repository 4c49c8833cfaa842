"""The target `openedx`: a course in Studio, over the web services of an Open edX site."""
