// Choosing a file on the person's own machine.
import { h } from './dom';

/** Lets the person choose a file; resolves with its name, its text and the file itself, or never when they give up. */
export function chooseFile(accept: string): Promise<{ name: string; text: string; file: File }> {
  return new Promise((resolve) => {
    const input = h('input', { type: 'file', accept });
    input.addEventListener('change', async () => {
      const file = input.files?.[0];
      if (file) resolve({ name: file.name, text: await file.text(), file });
    });
    input.click();
  });
}
