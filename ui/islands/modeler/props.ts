import type { Locale } from '../shared/texts';

/** What the page gives the modeler (see ui/README.md). */
export interface ModelerProps {
  locale: Locale;
  csrf: string;
  readOnly?: boolean;
  processName: string;
  processId: string;
  revision: string | null;
  nextVersion: number;
  draftUrl: string;
  checkUrl: string;
  publishUrl: string;
  templatesUrl: string;
  formsUrl: string;
  variablesUrl?: string;
}

export interface Diagnostic {
  element_id: string | null;
  rule: string;
  severity: 'error' | 'warning' | 'info';
  message: string;
  hint?: string | null;
}

export interface FormChoice {
  id: string;
  name: string;
  editUrl: string;
}
