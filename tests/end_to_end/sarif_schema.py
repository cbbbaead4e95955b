"""The part of the SARIF 2.1.0 schema that our output may use; stricter than the whole: nothing else is allowed.

Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0, sections 3.13 to 3.57.
"""

from __future__ import annotations

from typing import Any


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


def _array(items: Any, **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **more}


TEXT = {"type": "string"}
MESSAGE = _object(["text"], text=TEXT)
COUNT = {"type": "integer", "minimum": 1}
REGION = _object(["startLine", "startColumn", "endLine", "endColumn"], startLine=COUNT, startColumn=COUNT, endLine=COUNT, endColumn=COUNT)
ARTIFACT = _object(["uri"], uri={"type": "string", "format": "uri-reference", "pattern": "^[^ \\\\]+$"}, uriBaseId=TEXT)
PHYSICAL = _object(["artifactLocation"], artifactLocation=ARTIFACT, region=REGION)
REPLACEMENT = _object(["deletedRegion"], deletedRegion=REGION, insertedContent=MESSAGE)
CHANGE = _object(["artifactLocation", "replacements"], artifactLocation=ARTIFACT, replacements=_array(REPLACEMENT, minItems=1))
FIX = _object(["artifactChanges"], description=MESSAGE, artifactChanges=_array(CHANGE, minItems=1, uniqueItems=True))
RESULT = _object(
    ["message", "ruleId", "level", "locations"],
    ruleId=TEXT,
    ruleIndex={"type": "integer", "minimum": 0},
    level={"enum": ["none", "note", "warning", "error"]},
    message=MESSAGE,
    locations=_array(_object([], physicalLocation=PHYSICAL), minItems=1),
    relatedLocations=_array(
        _object([], id={"type": "integer", "minimum": 0}, physicalLocation=PHYSICAL, message=MESSAGE), uniqueItems=True
    ),
    partialFingerprints={"type": "object", "additionalProperties": TEXT},
    fixes=_array(FIX, uniqueItems=True),
)
RULE = _object(["id"], id=TEXT, shortDescription=MESSAGE, fullDescription=MESSAGE)
DRIVER = _object(["name"], name=TEXT, semanticVersion=TEXT, rules=_array(RULE, uniqueItems=True))
RUN = _object(
    ["tool", "results"],
    tool=_object(["driver"], driver=DRIVER),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    originalUriBaseIds={
        "type": "object",
        "additionalProperties": _object(["uri"], uri={"type": "string", "format": "uri", "pattern": "/$"}),
    },
    results=_array(RESULT),
)
SCHEMA = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    **_object(["version", "runs"], **{"$schema": {"type": "string", "format": "uri"}, "version": {"enum": ["2.1.0"]}, "runs": _array(RUN)}),
}
