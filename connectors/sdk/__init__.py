"""Everything that a connector may import besides marshmallow and its own libraries.

    Connector, Operation, Context           declare and run
    ConnectorError, RetryableError, BpmnError   the three errors
    Found, NOT_FOUND, UNKNOWN               answers of a check
    Problem                                 something to mend at publication
    Secret, Stub, Text, Attachment
    InputSchema, OutputSchema, fields       schemas with words in both languages

`connectors.sdk.testing` helps to test a connector.
"""

from connectors.sdk import exact_json, fields
from connectors.sdk.answers import NOT_FOUND, UNKNOWN, CheckAnswer, Found
from connectors.sdk.connector import Connector
from connectors.sdk.context import Context
from connectors.sdk.element_template import element_template
from connectors.sdk.errors import Attachment, BpmnError, ConnectorError, InvalidConnector, RetryableError
from connectors.sdk.files import FileStore, MemoryFiles
from connectors.sdk.info import OperationInfo
from connectors.sdk.operations import Operation
from connectors.sdk.schema import InputSchema, OutputSchema
from connectors.sdk.secrets import Secret
from connectors.sdk.static import Problem
from connectors.sdk.stub import Stub
from connectors.sdk.text import Text
from connectors.sdk.types import TypeInfo

__all__ = [
    "NOT_FOUND",
    "UNKNOWN",
    "Attachment",
    "BpmnError",
    "CheckAnswer",
    "Connector",
    "ConnectorError",
    "Context",
    "FileStore",
    "Found",
    "InputSchema",
    "InvalidConnector",
    "MemoryFiles",
    "Operation",
    "OperationInfo",
    "OutputSchema",
    "Problem",
    "RetryableError",
    "Secret",
    "Stub",
    "Text",
    "TypeInfo",
    "element_template",
    "exact_json",
    "fields",
]
