// Packages that ship no types, or types too partial to use. DI services are described in modeler/services.ts.
declare module '@bpmn-io/element-template-chooser';
declare module '@bpmn-io/element-template-icon-renderer';
declare module '@bpmn-io/form-js-editor';
declare module '@bpmn-io/properties-panel';
declare module '@bpmn-io/properties-panel/preact';
declare module '@bpmn-io/variable-resolver';
declare module 'bpmn-js-color-picker';
declare module 'bpmn-js-create-append-anything';
declare module 'bpmn-js-element-templates';
declare module 'bpmn-js-native-copy-paste';
declare module 'bpmn-js-properties-panel';
declare module 'bpmn-js/lib/Modeler';
declare module 'bpmn-js/lib/NavigatedViewer';
declare module 'camunda-bpmn-js-behaviors/lib/camunda-cloud';
declare module 'diagram-js-minimap';
