"""The platform's interface, typed: one method per operation, one class per body. Generated, but for the transport.

```python
with Client("http://127.0.0.1:8080", token="...") as board:
    for row in board.list_my_listings(box="published").body.items:
        print(row.id, row.state)
```
"""

from pledgeboard_client import models
from pledgeboard_client.operations import Operations as Client
from pledgeboard_client.transport import Answer, Refused

__all__ = ["Answer", "Client", "Refused", "models"]
