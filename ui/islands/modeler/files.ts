// Import of a .bpmn file, export as .bpmn and as SVG.
import { download, h } from '../shared/dom';
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

/** Lets the person choose a file; resolves with its name and text, or never when they give up. */
export function chooseFile(accept: string): Promise<{ name: string; text: string }> {
  return new Promise((resolve) => {
    const input = h('input', { type: 'file', accept });
    input.addEventListener('change', async () => {
      const file = input.files?.[0];
      if (file) resolve({ name: file.name, text: await file.text() });
    });
    input.click();
  });
}
