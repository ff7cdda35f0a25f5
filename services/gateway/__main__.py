"""`python -m gateway {api|worker|relay|all|migrate}`."""

from chassis.service import main
from gateway.wiring import build

if __name__ == "__main__":
    main(build)
