"""What the gateway is measured against, and in front of: small applications, one per process.

`python -m testkit.bench_apps {neighbour|cached|home} PORT FILE`: the file says what neighbours answer, by path, and
where the others are.
"""

import asyncio
import importlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import redis.asyncio
import uvicorn
from fastapi import FastAPI, Request, Response
from starlette.types import ASGIApp, Receive, Scope, Send


def neighbour(said: Mapping[str, Any]) -> ASGIApp:
    """Answers each path at once, with as little of a framework as there can be."""
    answers = {path: json.dumps(body, ensure_ascii=False).encode() for path, body in said["answers"].items()}

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        if scope["type"] != "http":
            return
        body = answers.get(scope["path"], b"{}")
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return answer


def cached(said: Mapping[str, Any]) -> ASGIApp:
    """The idiomatic cached read: a FastAPI route and redis-py's pool; no limit, no rights, no metrics."""
    app = FastAPI()
    memory = redis.asyncio.Redis.from_url(said["redis_url"], max_connections=64)

    @app.get(said["path"])
    async def read() -> Response:
        return Response(await memory.get(said["key"]), media_type="application/json")

    return app


def home(said: Mapping[str, Any]) -> ASGIApp:
    """The idiomatic home page: a FastAPI route that asks the same parts with one client and returns what it read.

    `client` names the library: httpx, or httpx2, its maintained successor, which speaks the same words.
    """
    app = FastAPI()
    library = importlib.import_module(said["client"])
    limits = library.Limits(max_connections=300, max_keepalive_connections=300)
    client = library.AsyncClient(timeout=30, limits=limits)

    @app.get("/api/v1/home")
    async def read(request: Request) -> dict[str, Any]:
        headers = {"authorization": request.headers["authorization"]}

        async def part(url: str) -> Any:
            return (await client.get(url, headers=headers)).json()

        answers = await asyncio.gather(*(part(url) for url in said["parts"].values()))
        return {"parts": dict(zip(said["parts"], answers, strict=True)), "problems": {}, "degraded": []}

    return app


def main() -> None:
    """Serves one of them until it is ended."""
    kind, port, file = sys.argv[1:]
    makers = {"neighbour": neighbour, "cached": cached, "home": home}
    app = makers[kind](json.loads(Path(file).read_text()))
    uvicorn.run(app, host="127.0.0.1", port=int(port), access_log=False, log_level="warning", loop="uvloop")


if __name__ == "__main__":
    main()
