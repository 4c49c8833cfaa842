"""The courses of a school: list, choice, estimate, and the question where videos will live."""
