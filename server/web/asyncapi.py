"""The socket's messages, published as AsyncAPI from the same shapes that the tests hold them to."""

from typing import Any

from pydantic.json_schema import models_json_schema

from server.web.messages import RECEIVED, SENT

PATH = "/api/v1/branches/{branch}/live"
SCHEMAS = "#/components/schemas/"


def asyncapi() -> dict[str, Any]:
    """An AsyncAPI 3.0 document."""
    models = (*SENT, *RECEIVED)
    _, schemas = models_json_schema([(model, "serialization") for model in models], ref_template=SCHEMAS + "{model}")
    messages = {
        model.__name__: {
            "summary": (model.__doc__ or model.__name__).strip().split("\n")[0],
            "contentType": "application/json",
            "payload": {"$ref": SCHEMAS + model.__name__},
        }
        for model in models
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Callboard live",
            "version": "1",
            "description": "Subprotocols `callboard.v1` and `token.<token>`. `after` and `epoch` resume.",
        },
        "channels": {
            "live": {
                "address": PATH,
                "parameters": {"branch": {"description": "The branch's id"}},
                "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
            }
        },
        "operations": {
            "send": _operation("send", SENT),
            "receive": _operation("receive", RECEIVED),
        },
        "components": {"messages": messages, "schemas": schemas["$defs"]},
    }


def _operation(action: str, models: tuple[type, ...]) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": "#/channels/live"},
        "messages": [{"$ref": f"#/channels/live/messages/{model.__name__}"} for model in models],
    }
