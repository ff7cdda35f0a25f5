"""`python -m review {api|worker|relay|all|migrate}`."""

from chassis.service import main
from review.wiring import build

if __name__ == "__main__":
    main(build)
