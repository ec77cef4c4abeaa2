"""`python -m edge.alive CONFIG`: `gewu-edge alive` without loading the rest of the command line."""

import sys

from edge.alive.asking import main

sys.exit(main())
