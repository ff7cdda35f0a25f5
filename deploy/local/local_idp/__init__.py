"""A local OpenID provider: authorization code with PKCE, refresh rotation, ready users. For laptops and tests only."""
