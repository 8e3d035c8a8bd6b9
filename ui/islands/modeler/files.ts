// Export as .bpmn, as SVG and as PNG.
import { download, downloadBlob } from '../shared/dom';
import type { Modeler } from './services';

/** Pixels of the image for each unit of the drawing: sharp on paper. */
const SHARPNESS = 2;

function fileName(name: string, extension: string): string {
  const plain = name.normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/[^a-zA-Z0-9]+/g, '-').replace(/^-|-$/g, '').toLowerCase();
  return `${plain || 'processus'}.${extension}`;
}

export async function exportBpmn(modeler: Modeler, name: string): Promise<void> {
  download(fileName(name, 'bpmn'), (await modeler.saveXML({ format: true })).xml, 'application/bpmn+xml');
}

export async function exportSvg(modeler: Modeler, name: string): Promise<void> {
  download(fileName(name, 'svg'), await drawing(modeler), 'image/svg+xml');
}

/** False when the browser could not make the image. */
export async function exportPng(modeler: Modeler, name: string): Promise<boolean> {
  const blob = await painted(await drawing(modeler));
  if (blob) downloadBlob(fileName(name, 'png'), blob);
  return blob !== null;
}

/** The page's colours are variables that a file outside the page does not know: paper white, ink on it. */
async function drawing(modeler: Modeler): Promise<string> {
  const paper = document.createElement('div');
  paper.dataset.theme = 'light';
  paper.style.colorScheme = 'light';
  document.body.append(paper);
  const { svg } = await modeler.saveSVG();
  const colours = svg.replace(/var\((--[\w-]+)\)/g, (_, name: string) => resolved(paper, name));
  paper.remove();
  return colours;
}

function resolved(paper: HTMLElement, name: string): string {
  paper.style.color = `var(${name})`;
  return getComputedStyle(paper).color;
}

async function painted(svg: string): Promise<Blob | null> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  try {
    await image.decode();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return null;
  }
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [image.width * SHARPNESS, image.height * SHARPNESS];
  const paint = canvas.getContext('2d');
  if (!paint) return null;
  paint.fillStyle = 'white';
  paint.fillRect(0, 0, canvas.width, canvas.height);
  paint.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
}
