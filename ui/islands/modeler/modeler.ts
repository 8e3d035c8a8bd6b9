// bpmn-js put together: what Relais adds, replaces and leaves out.
import { ZeebeVariableResolverModule } from '@bpmn-io/variable-resolver';
import ElementTemplateChooserModule from '@bpmn-io/element-template-chooser';
import ElementTemplateIconRenderer from '@bpmn-io/element-template-icon-renderer';
import BpmnModeler from 'bpmn-js/lib/Modeler';
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import ColorPickerModule from 'bpmn-js-color-picker';
import { CreateAppendAnythingModule, CreateAppendElementTemplatesModule } from 'bpmn-js-create-append-anything';
import { CloudElementTemplatesPropertiesProviderModule } from 'bpmn-js-element-templates';
import NativeCopyPasteModule from 'bpmn-js-native-copy-paste';
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, ZeebePropertiesProviderModule } from 'bpmn-js-properties-panel';
import ZeebeBehaviorsModule from 'camunda-bpmn-js-behaviors/lib/camunda-cloud';
import MinimapModule from 'diagram-js-minimap';
import zeebe from 'zeebe-bpmn-moddle/resources/zeebe.json';
import type { Session } from '../shared/session';
import type { Say } from '../shared/texts';
import { translateModule } from './i18n';
import { lanesModule } from './lanes';
import { namingModule } from './naming';
import palette from './palette';
import { popupModule } from './popup';
import type { Detail } from './properties/groups';
import groups from './properties/groups';
import type { Choice, Directory, ModelerProps } from './props';
import type { Modeler } from './services';
import { typingModule } from './typing';
import { variablesModule, type KnownVariable } from './variables';
import type { View } from './view';

export interface Parts {
  props: ModelerProps;
  view: View;
  say: Say;
  detail: Detail;
  session: Session;
  forms: Choice[];
  processes: Choice[];
  directory: Directory;
  variables: KnownVariable[];
}

/** Colours come from the tokens, so that both themes and high contrast hold on the canvas too. */
const RENDERER = { defaultFillColor: 'var(--sheet)', defaultStrokeColor: 'var(--ink)', defaultLabelColor: 'var(--ink)' };
const FONT = 'Hyperlegible, "Segoe UI", Roboto, "Noto Sans", sans-serif';
const TEXT = { defaultStyle: { fontFamily: FONT, fontSize: 12, fontWeight: '500', lineHeight: 1.25 }, externalStyle: { fontSize: 11.5, lineHeight: 1.25 } };

export function createModeler({ props, view, say, detail, session, forms, processes, directory, variables }: Parts): Modeler {
  const common = {
    container: view.host,
    moddleExtensions: { zeebe },
    bpmnRenderer: RENDERER,
    textRenderer: TEXT,
    relais: { say, detail, session, forms, processes, directory, variables, executed: props.executed, newFileUrl: props.newFileUrl, place: view.canvas },
  };
  if (props.readOnly) {
    return new NavigatedViewer({ ...common, additionalModules: [translateModule(props.locale), ElementTemplateIconRenderer, lanesModule] }) as Modeler;
  }
  return new BpmnModeler({
    ...common,
    propertiesPanel: { parent: view.propertiesHost, feelPopupContainer: document.body },
    minimap: { open: false },
    additionalModules: [
      translateModule(props.locale),
      BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, ZeebePropertiesProviderModule, ZeebeBehaviorsModule,
      CloudElementTemplatesPropertiesProviderModule, ElementTemplateChooserModule, ElementTemplateIconRenderer,
      CreateAppendAnythingModule, CreateAppendElementTemplatesModule,
      ZeebeVariableResolverModule, MinimapModule, ColorPickerModule, NativeCopyPasteModule,
      palette, groups, lanesModule, namingModule, popupModule, typingModule, variablesModule,
    ],
  }) as Modeler;
}
