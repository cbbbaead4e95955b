"""Commands by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from shapecheck.server import features
from shapecheck.server.protocol import INVALID_PARAMS, Refused

if TYPE_CHECKING:
    from shapecheck.server.server import Server


def execute(server: Server, params: lsp.ExecuteCommandParams) -> Any:
    """What the command gives back. Raises Refused where there is none of this name."""
    command = next((command for command in features.COMMANDS if command.method == params.command), None)
    if command is None:
        raise Refused(f"there is no command `{params.command}`", INVALID_PARAMS)
    return features.function(command)(server, params.arguments or [])
