"""What the API promises, in one line each: what a client written against an earlier schema relies on.

`docs/reference/openapi.json` is the schema as it is; `docs/reference/promises.txt` holds every promise ever given.
The schema grows as it likes; a promise goes only by the rules of `docs/reference/deprecation.md`.
"""

import json
from collections.abc import Iterator
from typing import Any

from drf_spectacular.generators import SchemaGenerator

Node = dict[str, Any]


def schema() -> Node:
    """OpenAPI 3.1, as `/api/v1/schema` answers."""
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    made: Node = generator.get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return made


def text(told: Node) -> str:
    """The schema as JSON with a line for each route and each object, so that a difference reads well."""
    lines = ["{"]
    for name, part in told.items():
        if name == "components":
            held = ",\n".join(f'"{kind}": {_object(of_kind)}' for kind, of_kind in part.items())
            lines.append(f'"components": {{\n{held}\n}},')
        elif name == "paths":
            lines.append(f'"paths": {_object(part)},')
        else:
            lines.append(f'"{name}": {json.dumps(part, ensure_ascii=False)},')
    lines[-1] = lines[-1].removesuffix(",")
    return "\n".join([*lines, "}", ""])


def _object(members: Node) -> str:
    held = ",\n".join(f"{json.dumps(key)}: {json.dumps(member, ensure_ascii=False)}" for key, member in members.items())
    return f"{{\n{held}\n}}"


def promises(told: Node) -> set[str]:
    """`gives …`: what is there and must stay. `asks …`: what a request must hold, to which nothing may be added."""
    return {*_of_routes(told["paths"]), *_of_objects(told["components"]["schemas"])}


def broken(promised: set[str], now: set[str]) -> list[str]:
    """What a client that relies on the promises would stumble over."""
    gone = {line for line in promised - now if line.startswith("gives ")}
    # Of what did not exist, nobody sends a request yet.
    known = {_whole(line) for line in promised}
    added = {line for line in now - promised if line.startswith("asks ") and _whole(line) in known}
    return sorted(f"no longer {line}" for line in gone) + sorted(f"now {line}" for line in added)


def _whole(line: str) -> str:
    """The route or object that a promise is about."""
    return line.split(" ", 1)[1].split(": ", 1)[0]


def _of_routes(paths: Node) -> Iterator[str]:
    for path, methods in paths.items():
        for method, operation in methods.items():
            route = f"{method.upper()} {path}"
            yield f"gives {route}: {operation['operationId']}"
            for each in operation.get("parameters", ()):
                name = f"{each['in']} {each['name']}"
                yield f"gives {route}: {name} {_kind(each['schema'])}"
                yield from (f"gives {route}: {name} = {code}" for code in _codes(each["schema"]))
                if each.get("required") and each["in"] != "path":
                    yield f"asks {route}: {name}"
            body = operation.get("requestBody", {})
            for media, held in body.get("content", {}).items():
                yield f"gives {route}: takes {media} {_kind(held['schema'])}"
            if body.get("required"):
                yield f"asks {route}: a body"
            for status, answer in operation["responses"].items():
                for media, held in answer.get("content", {}).items():
                    yield f"gives {route}: {status} {media} {_kind(held['schema'])}"


def _of_objects(schemas: Node) -> Iterator[str]:
    for name, each in schemas.items():
        yield from (f"gives {name}: = {code}" for code in _codes(each))
        for member, held in each.get("properties", {}).items():
            yield f"gives {name}: {member} {_kind(held)}"
            yield from (f"gives {name}: {member} = {code}" for code in _codes(held))
        # Answers hold all that they tell; bodies are named for what they are.
        if name.endswith("Body"):
            yield from (f"asks {name}: {member}" for member in each.get("required", ()))


def _codes(held: Node) -> list[str]:
    return [str(code) for code in held.get("enum", held.get("items", {}).get("enum", ()))]


def _kind(held: Node) -> str:
    """The type of a value, by the name of its object where it has one."""
    if "$ref" in held:
        return str(held["$ref"].rpartition("/")[2])
    for way in ("allOf", "oneOf", "anyOf"):
        if way in held:
            return " | ".join(sorted(_kind(each) for each in held[way]))
    kinds = held.get("type", "anything")
    said = "|".join(sorted(kinds)) if isinstance(kinds, list) else str(kinds)
    if "items" in held:
        said = f"{said} of {_kind(held['items'])}"
    return f"{said} {held['format']}" if "format" in held else said
