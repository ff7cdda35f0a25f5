"""Whose rows a transaction may see: the settings that row-level security reads."""

from chassis.cause import Subject

SET_SCOPE = (
    "set_config('pledgeboard.participant_id', :participant_id, true), "
    "set_config('pledgeboard.firm_id', :firm_id, true), "
    "set_config('pledgeboard.scope', :scope, true)"
)


def scope_of(subject: Subject, *, everything: bool = False) -> dict[str, str]:
    """The subject's own rows; all of them for the system itself and where a transport has decided so."""
    return {
        "participant_id": subject.participant_id or "",
        "firm_id": subject.firm_id or "",
        "scope": "all" if everything or "SYSTEM" in subject.roles else "",
    }
