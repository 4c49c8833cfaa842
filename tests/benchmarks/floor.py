"""The floor under every conversion: inflate each member, write all of it as one gzip stream.

python floor.py IN.zip OUT.gz
"""

from __future__ import annotations

import sys
import zipfile

from isal import igzip

PIECE = 1 << 20


def main() -> None:
    with zipfile.ZipFile(sys.argv[1]) as archive, igzip.open(sys.argv[2], "wb", 2) as out:
        for info in archive.infolist():
            with archive.open(info) as stream:
                while piece := stream.read(PIECE):
                    out.write(piece)


if __name__ == "__main__":
    main()
