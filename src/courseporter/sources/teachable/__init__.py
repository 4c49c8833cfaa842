"""The source `teachable`: courses of a school, read through its Admin API."""
