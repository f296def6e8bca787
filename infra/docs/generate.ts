/**
 * Writes the generated parts of the docs: what is between `<!-- generated: NAME -->` and `<!-- /generated -->`, and whole
 * pages that are made from the source. `npm run docs` writes them; a test fails where one is stale.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stateDiagram } from '../../shared/incident/states.ts';
import { commandsPage } from './commands.ts';
import { settingsPage } from './settings.ts';

const DOCS = join(import.meta.dirname, '../../docs');

const PARTS: Record<string, () => string> = {
  states: () => `\`\`\`mermaid\n${stateDiagram()}\n\`\`\``,
};
const PAGES_WITH_PARTS = ['architecture.md'];
const WHOLE_PAGES: Record<string, () => string> = { 'commands.md': commandsPage, 'settings.md': settingsPage };

/** Every generated page: its path, what it should hold, and what it holds (empty where it is not there). */
export function generatedPages(): { path: string; wanted: string; found: string }[] {
  const read = (name: string) => {
    try {
      return readFileSync(join(DOCS, name), 'utf8');
    } catch {
      return '';
    }
  };
  return [
    ...PAGES_WITH_PARTS.map((name) => ({ path: join(DOCS, name), wanted: withParts(read(name)), found: read(name) })),
    ...Object.entries(WHOLE_PAGES).map(([name, make]) => ({
      path: join(DOCS, name),
      wanted: make(),
      found: read(name),
    })),
  ];
}

function withParts(page: string): string {
  return page.replace(
    /(<!-- generated: ([a-z]+) -->\n)[\s\S]*?(<!-- \/generated -->)/g,
    (_whole, begin: string, name: string, end: string) => `${begin}${PARTS[name]!()}\n${end}`,
  );
}

if (import.meta.main) {
  for (const { path, wanted, found } of generatedPages()) if (wanted !== found) writeFileSync(path, wanted);
}
