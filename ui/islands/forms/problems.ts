// What the server finds wrong in the form, below it: said at each save, and each leads to its field.
import errorIcon from '../../icons/octagon-alert.svg?raw';
import { h, icon } from '../shared/dom';
import type { Say } from '../shared/texts';
import type { Editor, FormField } from './services';

export interface FormDiagnostic {
  element_id: string | null;
  message: string;
  hint?: string | null;
}

export class FormProblems {
  private readonly list = h('ul');
  private readonly title: HTMLElement;

  constructor(private readonly place: HTMLElement, private readonly editor: Editor, private readonly say: Say) {
    this.title = h('h2', {}, say('form.problems'));
    const status = h('div', { role: 'status' }, this.title);
    place.append(status, this.list);
    place.hidden = true;
  }

  show(found: FormDiagnostic[]): void {
    this.place.hidden = found.length === 0;
    this.title.textContent = `${this.say('form.problems')}\u00a0: ${found.length}`;
    this.list.replaceChildren(...found.map((one) => this.row(one)));
  }

  private row({ element_id, message, hint }: FormDiagnostic): HTMLElement {
    const field = this.field(element_id);
    const text = h('span', {}, message, hint ? h('span', { class: 'muted' }, ` ${hint}`) : null);
    const go = field && h('button', { type: 'button', class: 'link', onclick: () => this.editor.get<{ set(field: FormField): void }>('selection').set(field) },
      this.say('problems.go'), h('span', { class: 'hidden' }, ` ${field.label ?? field.key ?? ''}`));
    return h('li', {}, h('span', { class: 'mark late' }, icon(errorIcon), this.say('problem.error')), text, go);
  }

  /** The check names a field by its id, or by the name of its value. */
  private field(name: string | null): FormField | undefined {
    if (!name) return undefined;
    const all = this.editor.get<{ getAll(): FormField[] }>('formFieldRegistry').getAll();
    return all.find((one) => one.id === name) ?? all.find((one) => one.key === name);
  }
}
