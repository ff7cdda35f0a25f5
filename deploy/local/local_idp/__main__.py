"""`python -m local_idp`: runs until it is told to stop."""

import socket
import sys

import uvicorn
from pydantic import ValidationError

from local_idp.application import Provider, create_application
from local_idp.settings import Settings


def main() -> None:
    """Binds the port, says where it listens, and serves."""
    try:
        settings = Settings()
    except ValidationError as error:
        sys.stderr.write("".join(f"{one['msg']}\n" for one in error.errors()))
        sys.exit(2)
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((settings.host, settings.port))
    except OSError:
        sys.stderr.write(f"{settings.host}:{settings.port} is taken: stop what listens there, or set IDP_PORT\n")
        sys.exit(1)
    port = bound.getsockname()[1]
    issuer = settings.issuer or f"http://{settings.host}:{port}"
    app = create_application(Provider.open(settings, issuer))
    sys.stdout.write(f"local OpenID provider: {issuer}\n")
    sys.stdout.flush()
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off"))
    server.run(sockets=[bound])


if __name__ == "__main__":
    main()
