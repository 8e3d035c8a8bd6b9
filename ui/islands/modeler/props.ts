import type { EditorProps } from '../shared/editor';

/** What the page gives the modeler (see ui/README.md). */
export interface ModelerProps extends EditorProps {
  processName: string;
  processId: string;
  /** The file of the package that is drawn on, and all its files. */
  file: string;
  files: PackageFile[];
  /** Constructs that the check accepts: what menus offer. */
  executed: string[];
  draftUrl: string;
  checkUrl: string;
  publishUrl: string;
  templatesUrl: string;
  formsUrl: string;
  arrangeUrl: string;
  newFileUrl: string;
  processesUrl?: string;
  directoryUrl?: string;
  variablesUrl?: string;
}

export interface PackageFile {
  file: string;
  kind: 'diagram' | 'form';
  name: string;
  url: string;
}

export interface Diagnostic {
  element_id: string | null;
  rule: string;
  severity: 'error' | 'warning' | 'info';
  message: string;
  hint?: string | null;
  file?: string | null;
}

/** A form or a process of the package, or (without address) a process that is in service elsewhere. */
export interface Choice {
  id: string;
  name: string;
  editUrl: string | null;
}

export interface Named {
  id: string;
  name: string;
}
export interface Directory {
  teams: Named[];
  people: Named[];
}
