"""`python -m messaging {api|worker|relay|all|migrate}`."""

from chassis.service import main
from messaging.wiring import build

if __name__ == "__main__":
    main(build)
