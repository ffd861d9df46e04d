"""The socket's messages, published as AsyncAPI from the same shapes that the tests hold them to."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from server.web.messages import RECEIVED, SENT
from server.web.phone_messages import PHONE_RECEIVED, PHONE_SENT

PATH = "/api/v1/branches/{branch}/live"
PHONE_PATH = "/api/v1/phone/live"
SCHEMAS = "#/components/schemas/"


def asyncapi() -> dict[str, Any]:
    """An AsyncAPI 3.0 document."""
    models: tuple[type[BaseModel], ...] = tuple(dict.fromkeys((*SENT, *RECEIVED, *PHONE_SENT, *PHONE_RECEIVED)))
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
            "description": "Subprotocols `callboard.v1` and `token.<token>`. `after` and `epoch` resume."
            " A phone's token is `ticket.<ticket id>`; each of its messages tells all, so that it resumes nothing.",
        },
        "channels": {
            "live": {
                "address": PATH,
                "parameters": {"branch": {"description": "The branch's id"}},
                "messages": _messages((*SENT, *RECEIVED)),
            },
            "phone": {"address": PHONE_PATH, "messages": _messages((*PHONE_SENT, *PHONE_RECEIVED))},
        },
        "operations": {
            "send": _operation("send", "live", SENT),
            "receive": _operation("receive", "live", RECEIVED),
            "send_phone": _operation("send", "phone", PHONE_SENT),
            "receive_phone": _operation("receive", "phone", PHONE_RECEIVED),
        },
        "components": {"messages": messages, "schemas": schemas["$defs"]},
    }


def _messages(models: tuple[type, ...]) -> dict[str, Any]:
    return {model.__name__: {"$ref": f"#/components/messages/{model.__name__}"} for model in models}


def _operation(action: str, channel: str, models: tuple[type, ...]) -> dict[str, Any]:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "messages": [{"$ref": f"#/channels/{channel}/messages/{model.__name__}"} for model in models],
    }
