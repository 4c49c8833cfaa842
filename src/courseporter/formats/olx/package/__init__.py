"""OLX packages read back from their blocks: outline, ledger and problems of our own packages and of
Studio's exports.
"""

from courseporter.formats.olx.package.index import Index
from courseporter.formats.olx.package.read import Package, read_package
from courseporter.formats.olx.package.walk import Walk, WalkedBlock

__all__ = ["Index", "Package", "Walk", "WalkedBlock", "read_package"]
