// The parts of form-js's editor that the island uses.
export interface FormField {
  id: string;
  key?: string;
  label?: string;
}
export interface Editor {
  importSchema(schema: object): Promise<unknown>;
  saveSchema(): object;
  on(event: string, callback: () => void): void;
  get<T>(name: string): T;
}
