"""The local stack: real servers and our services on one machine, without Docker and without root."""
