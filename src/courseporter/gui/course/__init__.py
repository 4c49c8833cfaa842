"""The course page: source, review and destination of one course."""
