"""The target `library`: a course, or parts of it, as entities of an Open edX content library."""
