"""Temporary and finished files: a sort store that never outlives its process, and files that
appear only when they are complete.
"""
