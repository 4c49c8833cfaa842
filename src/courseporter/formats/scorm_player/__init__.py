"""SCORM lessons that play in Open edX: the player that travels in the package."""
