"""Reads a DMN file, version 1.1 to 1.5, into `model.Model`.

The versions differ in their namespace and, for what is read here, only by additions.
"""

from __future__ import annotations

from typing import Any

from engine.diagnostics import Diagnostic, Text
from engine.dmn import model
from engine.dmn.boxed_reading import BoxedReader
from engine.dmn.xml import VERSIONS, Element, child, children, identity, namespace, texts
from engine.errors import DefinitionInvalid
from engine.spiff import xml

IMPORT_KINDS = frozenset({*VERSIONS, *(uri.rstrip("/") for uri in VERSIONS)})


def read(content: bytes) -> model.Model:
    """The model in a file. Raises DefinitionInvalid when it is no DMN file of a known version."""
    root = xml.read(content)
    if xml.local(root) != "definitions" or namespace(root) not in VERSIONS:
        raise DefinitionInvalid([_not_dmn(root)])
    return _Reader(root).whole()


def _not_dmn(root: Element) -> Diagnostic:
    found = namespace(root) or xml.local(root)
    message = Text(
        f"Ce fichier n’est pas un modèle DMN 1.1 à 1.5 (trouvé : {found}).",
        f"This file is not a DMN model of version 1.1 to 1.5 (found: {found}).",
    )
    return Diagnostic("dmn.not-dmn", "error", message)


class _Reader:
    """Reads the elements under `definitions`."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.namespace = root.get("namespace") or ""
        self.imports = tuple(self._import(node) for node in children(root, "import") if _is_dmn(node))
        prefixes = {item.namespace: item.name for item in self.imports}
        self.boxed = BoxedReader(self.namespace, prefixes)
        self.duplicates: list[str] = []

    def whole(self) -> model.Model:
        elements: dict[str, model.Element] = {}
        for node in children(self.root):
            found = self._element(node)
            if found is None:
                continue
            if found.id in elements:
                self.duplicates.append(found.id)
            elements.setdefault(found.id, found)
        return model.Model(
            id=self.root.get("id"),
            name=self.root.get("name") or "",
            namespace=self.namespace,
            imports=self.imports,
            types=tuple(self._type(node) for node in children(self.root, "itemDefinition")),
            elements=elements,
            duplicates=tuple(self.duplicates),
        )

    def _import(self, node: Element) -> model.Import:
        return model.Import(
            name=node.get("name") or "", namespace=node.get("namespace") or "", **identity(node)
        )

    def _element(self, node: Element) -> model.Element | None:
        kind = xml.local(node)
        if kind == "inputData":
            return model.InputData(**self._common(node))
        if kind == "decision":
            return self._decision(node)
        if kind == "businessKnowledgeModel":
            return self._knowledge(node)
        return self._service(node) if kind == "decisionService" else None

    def _common(self, node: Element) -> dict[str, Any]:
        name = " ".join((node.get("name") or "").split())
        place = identity(node)
        place["id"] = place["id"] or name
        variable = child(node, "variable")
        found = None if variable is None else self.boxed.variable(variable)
        if found is None or not found.name:
            type_ref = found.type_ref if found else None
            found = model.Variable(name=name, type_ref=type_ref, **place)
        return {**place, "name": name, "variable": found, "requires": self._requires(node)}

    def _requires(self, node: Element) -> tuple[model.Reference, ...]:
        found = []
        for requirement in children(node):
            if xml.local(requirement) in ("informationRequirement", "knowledgeRequirement"):
                found += [self._reference(part) for part in children(requirement) if part.get("href")]
        return tuple(dict.fromkeys(found))

    def _reference(self, node: Element) -> model.Reference:
        target, _, fragment = (node.get("href") or "").rpartition("#")
        return model.Reference(
            namespace=None if target in ("", self.namespace) else target, id=fragment.strip()
        )

    def _decision(self, node: Element) -> model.Decision:
        return model.Decision(
            **self._common(node),
            logic=self.boxed.first(node),
            version_tag=_version_tag(node),
            question=texts(node, "question"),
            description=texts(node, "description"),
        )

    def _knowledge(self, node: Element) -> model.Knowledge:
        logic = child(node, "encapsulatedLogic")
        function = None if logic is None else self.boxed.function(logic)
        return model.Knowledge(**self._common(node), function=function)

    def _service(self, node: Element) -> model.Service:
        def references(tag: str) -> tuple[model.Reference, ...]:
            return tuple(self._reference(part) for part in children(node, tag))

        return model.Service(
            **self._common(node),
            outputs=references("outputDecision"),
            encapsulated=references("encapsulatedDecision"),
            input_decisions=references("inputDecision"),
            input_data=references("inputData"),
        )

    def _type(self, node: Element) -> model.ItemDefinition:
        function = child(node, "functionItem")
        parameters = None
        if function is not None:
            parameters = tuple(self.boxed.variable(part) for part in children(function, "parameters"))
        return model.ItemDefinition(
            **identity(node),
            name=" ".join((node.get("name") or "").split()),
            type_ref=self.boxed.type_ref(node),
            is_collection=node.get("isCollection") in ("true", "1"),
            allowed=self.boxed.tests(child(node, "allowedValues")),
            constraint=self.boxed.tests(child(node, "typeConstraint")),
            components=tuple(self._type(part) for part in children(node, "itemComponent")),
            parameters=parameters,
            result=None if function is None else self.boxed.qualified(function, "outputTypeRef"),
        )


def _version_tag(node: Element) -> str | None:
    """`zeebe:versionTag` in the extension elements of a decision."""
    holder = child(node, "extensionElements")
    tag = None if holder is None else holder.find(xml.z("versionTag"))
    return None if tag is None else tag.get("value") or None


def _is_dmn(node: Element) -> bool:
    """An import of DMN; imports of XML schemas and PMML bring no elements."""
    return (node.get("importType") or "").rstrip("/") in IMPORT_KINDS
