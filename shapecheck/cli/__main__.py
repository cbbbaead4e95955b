"""`python -m shapecheck.cli` is the command `shapecheck`."""

import sys

from shapecheck.cli import main

sys.exit(main())
