"""How tests get a world: servers, builders of the spine, fakes, tokens."""
