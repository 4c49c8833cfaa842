"""CoursePorter moves online courses into Open edX and accounts for every item it finds."""

__version__ = "0.1.0"
