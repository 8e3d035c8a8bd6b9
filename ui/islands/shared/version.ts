// The tag beside the title: which version is worked on. Published, it is that version; changed again, the next draft.
import type { Say } from './texts';

export class VersionTag {
  constructor(private readonly say: Say, private next: number) {}

  /** Something differs from what is published. */
  changed(): void {
    this.show(this.say('version.draft', { version: this.next }));
  }

  published(version: number): void {
    this.next = version + 1;
    this.show(this.say('version.published', { version }));
  }

  private show(text: string): void {
    const tag = document.querySelector('[data-version] .tag');
    if (tag && tag.textContent !== text) tag.textContent = text;
  }
}
