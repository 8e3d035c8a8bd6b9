// The parts of bpmn-js's services that the island uses. bpmn-js types some of them; these say what we rely on.
export interface BusinessObject {
  $type: string;
  id: string;
  name?: string;
  eventDefinitions?: unknown[];
  extensionElements?: { values: ExtensionElement[] };
  get(name: string): unknown;
  $instanceOf(type: string): boolean;
}
export interface ExtensionElement {
  $type: string;
  formId?: string;
  get(name: string): unknown;
}
export interface Shape {
  id: string;
  type: string;
  parent?: Shape;
  labelTarget?: Shape;
  businessObject: BusinessObject;
  x: number;
  y: number;
  width: number;
  height: number;
  waypoints?: unknown[];
}
export interface Canvas {
  zoom(level?: number | 'fit-viewport', center?: 'auto'): number;
  viewbox(): { x: number; y: number; width: number; height: number; inner: { width: number } };
  getRootElement(): Shape;
  scrollToElement(element: Shape | string): void;
  setRootElement(root: Shape): void;
  findRoot(element: Shape | string): Shape;
  getContainer(): HTMLElement;
  resized(): void;
  focus(): void;
}
export interface EventBus {
  on(event: string | string[], callback: (event: never) => void): void;
  fire(event: string, data?: unknown): void;
}
export interface Selection {
  select(element: Shape | null): void;
  get(): Shape[];
}
export interface Overlays {
  add(element: Shape | string, type: string, overlay: { position: Record<string, number>; html: HTMLElement }): string;
  remove(filter: { type: string }): void;
}
export interface ElementRegistry {
  get(id: string): Shape | undefined;
}
export interface CommandStack {
  undo(): void;
  redo(): void;
  canUndo(): boolean;
  canRedo(): boolean;
}
export interface Modeler {
  get<T>(name: string, strict?: boolean): T;
  importXML(xml: string): Promise<{ warnings: unknown[] }>;
  saveXML(options: { format: boolean }): Promise<{ xml: string }>;
  saveSVG(): Promise<{ svg: string }>;
  on(event: string | string[], callback: (event: never) => void): void;
  destroy(): void;
}
