# SPDX-License-Identifier: Apache-2.0
"""Holds a JSON value against a schema of assets/openapi.json: the few words of JSON Schema that it
uses. A word that is not known here is an error, so that nothing is passed over in silence."""
import re

KINDS = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}
KNOWN = {"type", "required", "properties", "additionalProperties", "items", "enum", "const",
         "pattern", "minItems", "maxItems", "minLength", "maxLength", "minimum", "maximum",
         "format", "description", "$ref"}


def faults(document, schema, value, where="#"):
    """What is wrong with the value, as sentences; empty when it fits."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    found = [f"{where}: the schema says {word}" for word in set(schema) - KNOWN]
    kind = KINDS.get(schema.get("type"), object)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        return found + [f"{where}: {value!r} is no {schema['type']}"]
    if "const" in schema and value != schema["const"]:
        found.append(f"{where}: {value!r} is not {schema['const']!r}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{where}: {value!r} is none of {schema['enum']}")
    if "minimum" in schema and value < schema["minimum"]:
        found.append(f"{where}: {value} is too small")
    if "maximum" in schema and value > schema["maximum"]:
        found.append(f"{where}: {value} is too large")
    if isinstance(value, str):
        found += text_faults(schema, value, where)
    if isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            found.append(f"{where}: {len(value)} items")
        for i, item in enumerate(value):
            found += faults(document, schema.get("items", {}), item, f"{where}/{i}")
    if isinstance(value, dict):
        found += object_faults(document, schema, value, where)
    return found


def text_faults(schema, value, where):
    found = []
    if "pattern" in schema and re.search(schema["pattern"], value) is None:
        found.append(f"{where}: {value!r} does not match {schema['pattern']}")
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        found.append(f"{where}: {len(value)} characters")
    if schema.get("format") == "date-time" and re.fullmatch(
            r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", value) is None:
        found.append(f"{where}: {value!r} is no date-time")
    return found


def object_faults(document, schema, value, where):
    members = schema.get("properties", {})
    found = [f"{where}: '{name}' is missing" for name in schema.get("required", [])
             if name not in value]
    for name, member in value.items():
        if name in members:
            found += faults(document, members[name], member, f"{where}/{name}")
        elif schema.get("additionalProperties") is False or (members and name not in members):
            found.append(f"{where}: '{name}' is not described")
    return found
