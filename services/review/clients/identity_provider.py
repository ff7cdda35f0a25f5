"""The identity provider's certify door: its one act for review (P6.3)."""

from collections.abc import Callable

import aiohttp
import msgspec

from review.application.access_ports import Certification, NotCertified

ANSWER_SECONDS_MAX = 3.0
_OK = 200
# The provider's no; anything else is a provider that is away, or not yet told our key.
_REFUSED = frozenset({400, 404, 409, 422})


class IdentityProviderAway(OSError):
    """The provider does not answer, or not as agreed: the same call may be made again."""


class CertifyDoor:
    """Asks the provider over HTTP, with review's own key."""

    def __init__(self, *, url: str, key: str | None, session: Callable[[], aiohttp.ClientSession]) -> None:
        self._url = url
        self._key = key
        self._session = session

    async def certify(self, certification: Certification) -> None:
        """Returns when the identity is certified.

        Raises:
            NotCertified: the provider says no.
            IdentityProviderAway: it does not answer.
        """
        if self._key is None:
            raise IdentityProviderAway("set REVIEW_CERTIFIER_KEY")
        headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
        timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS_MAX)
        body = msgspec.json.encode(certification)
        try:
            async with self._session().post(self._url, data=body, headers=headers, timeout=timeout) as response:
                status = response.status
        except (aiohttp.ClientError, TimeoutError) as error:
            raise IdentityProviderAway(type(error).__name__) from error
        if status in _REFUSED:
            raise NotCertified(f"identity-provider-{status}")
        if status != _OK:
            raise IdentityProviderAway(f"status {status}")
