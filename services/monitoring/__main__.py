"""`python -m monitoring {api|worker|relay|all|migrate}`."""

from chassis.service import main
from monitoring.wiring import build

if __name__ == "__main__":
    main(build)
