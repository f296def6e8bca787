/**
 * Links of one runbook to what is beside it: other runbooks, pictures, files.
 *
 * Promises: a path never leads out of the folder of runbooks. Pure. Called by the page that shows a runbook and by lint.
 */
import { idOf, isPage } from './foreign.ts';

/** Where a relative link leads: a path under `runbooks/`, and the place on the page. */
export type Relative = { path: string; anchor: string };

/** Undefined for what is not relative: another site, a place on this page, a link that leads out of the folder. */
export function relativeTo(runbook: string, target: string): Relative | undefined {
  if (/^([a-z][a-z0-9+.-]*:|\/\/|#)/i.test(target) || target.trim() === '') return undefined;
  const [whole = '', anchor = ''] = target.split('#');
  const written = decoded(whole.split('?')[0]!);
  const steps = written.startsWith('/') ? [] : runbook.split('/').slice(0, -1);
  for (const step of written.split('/')) {
    if (step === '..') {
      if (steps.length === 0) return undefined;
      steps.pop();
    } else if (step !== '.' && step !== '') steps.push(step);
  }
  return { path: steps.join('/').replace(/^runbooks\//, ''), anchor };
}

/**
 * The runbook that a relative link leads to. Sites are linked by page (`a.md`, `a.html`, `a`, `a/`), wikis by name with
 * hyphens for spaces.
 */
export function runbookAt(
  runbook: string,
  target: string,
  isRunbook: (id: string) => boolean,
): { id: string; anchor: string } | undefined {
  const found = relativeTo(runbook, target);
  if (found === undefined) return undefined;
  const bare = isPage(found.path) ? idOf(found.path) : found.path.replace(/\.html?$/i, '');
  const ids = [bare, bare.replaceAll(' ', '-'), `${bare}/index`, `${bare}/_index`, `${bare}/README`].filter(
    (id) => id !== '',
  );
  const id = ids.find(isRunbook);
  return id === undefined ? undefined : { id, anchor: found.anchor };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // A stray percent sign: it is part of the name.
    return path;
  }
}
