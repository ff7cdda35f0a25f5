"""What each number is (I6). It says nothing of any firm: whoever signed in may read it, and nothing is asked."""

from collections.abc import Sequence

from monitoring.domain.definitions import Definition, definitions


class ReadDefinitionsHandler:
    """Answers from the registry that the engine and the interface stand on."""

    def every(self) -> Sequence[Definition]:
        """All of them."""
        return list(definitions())

    def one(self, definition_id: str) -> Definition:
        """One of them.

        Raises:
            MetricUnknown: there is none of that id.
        """
        return definitions().get(definition_id)
