// Export as .bpmn and as SVG.
import { download } from '../shared/dom';
import type { Modeler } from './services';

function fileName(name: string, extension: string): string {
  const plain = name.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/[^a-zA-Z0-9]+/g, '-').replace(/^-|-$/g, '').toLowerCase();
  return `${plain || 'processus'}.${extension}`;
}

export async function exportBpmn(modeler: Modeler, name: string): Promise<void> {
  download(fileName(name, 'bpmn'), (await modeler.saveXML({ format: true })).xml, 'application/bpmn+xml');
}

export async function exportSvg(modeler: Modeler, name: string): Promise<void> {
  download(fileName(name, 'svg'), (await modeler.saveSVG()).svg, 'image/svg+xml');
}
