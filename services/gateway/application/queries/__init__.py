"""Questions: what stands on a home page, which interface is offered."""
