"""The API's own description: OpenAPI 3.1, drawn from the declared operations."""

from __future__ import annotations

import re
from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue
from pydantic.json_schema import models_json_schema

from marketplace.api.doors import OPERATIONS, ROOT, Operation
from marketplace.rules.policy import DEEDS, KNOWN_DEEDS, PUBLIC_DEEDS
from marketplace.services.idempotency import LONGEST_KEY
from marketplace.web.doors import Door

door = Door("api_description")

Parts = dict[str, Any]
"""`refs` to the schemas by (model, mode), and the `schemas` by name."""

_REF = "#/components/schemas/{model}"
_PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem details.",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable, for machines."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}, "code": {"type": "string"}},
            },
        },
    },
}
_REFUSALS = {
    "400": "The request cannot be read.",
    "401": "No token, or one that is not live.",
    "403": "The token's role may not do this.",
    "404": "There is no such thing, or not for this token.",
    "409": "The thing's state does not allow this now.",
    "415": "The body is not JSON.",
    "422": "A field does not fit; `errors` names it.",
    "429": "Too many requests; see Retry-After.",
}


def description() -> dict[str, Any]:
    """The whole document."""
    refs, schemas = models_json_schema(_models(), by_alias=True, ref_template=_REF)
    parts: Parts = {"refs": refs, "schemas": schemas["$defs"]}
    paths: dict[str, dict[str, Any]] = {}
    for operation in sorted(OPERATIONS, key=lambda o: (o.path, o.method)):
        paths.setdefault(ROOT + operation.path, {})[operation.method.lower()] = _operation(operation, parts)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Rantai Lokal",
            "version": "1.0.0",
            "description": "Field names are OCDS 1.1's where OCDS has one. Amounts are whole rupiah, quantities whole "
            "units, instants RFC 3339 in UTC, days YYYY-MM-DD in Jakarta.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": {**_used(schemas["$defs"]), "Problem": _PROBLEM},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _models() -> list[Any]:
    takes = {(model, "validation") for o in OPERATIONS for model in (o.takes, o.query) if model is not None}
    return sorted(takes | {(o.gives, "serialization") for o in OPERATIONS}, key=lambda pair: pair[0].__name__)


def _used(schemas: dict[str, Any]) -> dict[str, Any]:
    """Without those of queries, which are told as parameters."""
    queries = {o.query.__name__ for o in OPERATIONS if o.query is not None}
    return {name: schema for name, schema in schemas.items() if name not in queries}


def _operation(operation: Operation, parts: Parts) -> dict[str, Any]:
    public = operation.deed in PUBLIC_DEEDS
    made: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": _guests(operation.deed),
        "security": [{}, {"token": []}] if public else [{"token": []}],
        "parameters": [*_path_parameters(operation), *_query_parameters(operation, parts)],
        "responses": {
            str(operation.status): {
                "description": "Done.",
                "content": {"application/json": {"schema": parts["refs"][operation.gives, "serialization"]}},
            },
            **{
                status: {
                    "description": words,
                    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
                for status, words in _REFUSALS.items()
            },
        },
    }
    if operation.method == "POST":
        made["parameters"].append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
                "description": "The same key and request act once and get the same answer.",
            }
        )
    if operation.takes is not None:
        made["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": parts["refs"][operation.takes, "validation"]}},
        }
    return made


def _guests(deed: str) -> str:
    """Who may, in words."""
    if deed in PUBLIC_DEEDS:
        return "For everybody."
    if deed in KNOWN_DEEDS:
        return "For every token."
    return f"For the roles {', '.join(sorted(str(role) for role in DEEDS[deed]))}."


def _path_parameters(operation: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"{(\w+)}", operation.path)
    ]


def _query_parameters(operation: Operation, parts: Parts) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    schema = parts["schemas"][operation.query.__name__]
    return [
        {"name": name, "in": "query", "required": name in schema.get("required", []), "schema": part}
        for name, part in schema["properties"].items()
    ]


@door.page("/api/v1/openapi.json", "public.see")
def openapi() -> ResponseReturnValue:
    """OpenAPI 3.1."""
    return jsonify(description())
