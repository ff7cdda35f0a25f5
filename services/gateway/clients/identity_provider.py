"""The identity provider's token and revocation endpoints, as its discovery document names them."""

from collections.abc import Mapping
from typing import Any, cast

import aiohttp

from chassis.identity import ProviderMetadata
from gateway.application.ports import Credentials, NeighbourUnavailable, SignInRefused
from gateway.clients.neighbours import Session

_SECONDS_MAX = 4.0
_CLIENT_FAULTS = range(400, 500)
NAME = "identity-provider"


class OpenIdProvider:
    """A public client of the provider: PKCE, no secret."""

    def __init__(self, *, metadata: ProviderMetadata, client_id: str, session: Session) -> None:
        self._metadata = metadata
        self._client_id = client_id
        self._session = session

    async def exchange(self, *, code: str, verifier: str, redirect_uri: str) -> Credentials:
        """Credentials for a code and its proof."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "code_verifier": verifier,
            "redirect_uri": redirect_uri,
        }
        return _credentials(await self._post("token_endpoint", form))

    async def renew(self, *, refresh_token: str) -> Credentials:
        """Fresh credentials for a refresh token."""
        return _credentials(
            await self._post("token_endpoint", {"grant_type": "refresh_token", "refresh_token": refresh_token})
        )

    async def revoke(self, *, refresh_token: str) -> None:
        """Ends the chain of a refresh token; a provider without such an endpoint lets it run out."""
        await self._post("revocation_endpoint", {"token": refresh_token, "token_type_hint": "refresh_token"})

    async def _post(self, endpoint: str, form: Mapping[str, str]) -> Mapping[str, Any]:
        try:
            metadata = await self._metadata.document()
            if endpoint not in metadata:
                return {}
            timeout = aiohttp.ClientTimeout(total=_SECONDS_MAX)
            posted = {**form, "client_id": self._client_id}
            async with self._session().post(metadata[endpoint], data=posted, timeout=timeout) as response:
                if response.status in _CLIENT_FAULTS:
                    raise SignInRefused
                response.raise_for_status()
                return cast("Mapping[str, Any]", await response.json(content_type=None)) or {}
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise NeighbourUnavailable(neighbour=NAME) from error


def _credentials(answer: Mapping[str, Any]) -> Credentials:
    if "access_token" not in answer:
        raise NeighbourUnavailable(neighbour=NAME)
    return Credentials(
        access_token=str(answer["access_token"]),
        refresh_token=answer.get("refresh_token"),
        expires_in=int(answer.get("expires_in", 0)),
    )
