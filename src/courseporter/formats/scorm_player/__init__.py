"""SCORM lessons that play in Open edX: the player that travels in the package."""

from courseporter.formats.scorm_player.files import PlayerFile
from courseporter.formats.scorm_player.names import WORKER, plays
from courseporter.formats.scorm_player.player import Player, Wishes
from courseporter.formats.scorm_player.stored import open_package

__all__ = ["WORKER", "Player", "PlayerFile", "Wishes", "open_package", "plays"]
