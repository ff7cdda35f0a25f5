"""`python -m listing {api|worker|relay|all|migrate}`."""

from chassis.service import main
from listing.wiring import build

if __name__ == "__main__":
    main(build)
