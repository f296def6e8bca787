/**
 * Whether any alert can meet a pattern that people wrote, as far as the fields of alerts and the catalogue's names tell.
 *
 * Promises: what is called impossible is; what is only unlikely, such as a service that the catalogue does not have, is
 * reported apart. Pure; called by lint for runbooks and by the API for silences.
 */
import { ALERT_FIELDS } from '../alert/fields.ts';
import type { Branch, CompiledPattern } from '../pattern/compiled.ts';
import { nearest } from '../written/written.ts';

/** What the catalogue knows and a pattern may ask for. */
export type Names = { services: string[]; environments: Record<string, string[]> };

/** Why something is wrong, without a full stop, and what to write instead, as a sentence. */
export type Wrong = { why: string; mend: string };

/** How many names a sentence lists. */
const MAX_LISTED = 10;

/** Why no alert can ever match; undefined where one may. One way that can be met is enough. */
export function neverMatches(pattern: CompiledPattern, names: Names): Wrong | undefined {
  const impossible = pattern.branches.map((branch) => impossibleField(branch, names));
  return impossible.includes(undefined) ? undefined : impossible[0];
}

/** Services that a pattern asks for by name and the catalogue does not have. A sender may name one that matches even so. */
export function unknownServices(pattern: CompiledPattern, { services }: Names): { name: string; mend: string }[] {
  if (services.length === 0) return [];
  const asked = pattern.branches.flatMap(({ fields }) =>
    fields
      .filter(({ path }) => path === 'service')
      .flatMap(({ conditions }) => conditions.flatMap((one) => (one.kind === 'text' ? [one.text] : []))),
  );
  return [...new Set(asked)]
    .filter((name) => !services.includes(name))
    .map((name) => {
      const meant = nearest(name, services);
      const mend = meant === undefined ? `Write one of ${listed(services)}.` : `Did you mean ${meant}?`;
      return { name, mend };
    });
}

function impossibleField(branch: Branch, names: Names): Wrong | undefined {
  for (const { path, conditions, asksAbsence } of branch.fields) {
    if (asksAbsence) continue;
    const field = fieldOf(path);
    if (field === undefined) return noSuchField(path);
    const texts = conditions.map((condition) => (condition.kind === 'text' ? condition.text : undefined));
    if (texts.includes(undefined)) continue;
    const wrong = impossibleValue(path, texts as string[], field === true ? undefined : field, names);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function noSuchField(path: string): Wrong {
  const meant = nearest(path, Object.keys(ALERT_FIELDS));
  return {
    why: `no alert has a field ${path}`,
    mend: `${meant === undefined ? '' : `Did you mean ${meant}? `}Write one of ${Object.keys(ALERT_FIELDS).join(', ')}, or labels.NAME.`,
  };
}

function impossibleValue(
  path: string,
  asked: string[],
  values: readonly string[] | undefined,
  names: Names,
): Wrong | undefined {
  if (values && !asked.some((text) => values.includes(text)))
    return { why: `${path} is never ${asked.join(' or ')}`, mend: `Write one of ${values.join(', ')}.` };
  if (path !== 'environment') return undefined;
  const spelt = Object.entries(names.environments).find(([name, spellings]) =>
    asked.every((text) => text !== name && spellings.includes(text)),
  );
  if (spelt === undefined) return undefined;
  return {
    why: `${asked.join(' and ')} is another spelling of the environment ${spelt[0]}, which alerts are given`,
    mend: `Write environment: [${spelt[0]}].`,
  };
}

/** The values that a field can have; true for any; undefined for a field that no alert has. */
function fieldOf(path: string): readonly string[] | true | undefined {
  if (/^(labels|raw)\./.test(path)) return true;
  return ALERT_FIELDS[path];
}

function listed(names: string[]): string {
  return `${names.slice(0, MAX_LISTED).join(', ')}${names.length > MAX_LISTED ? ', …' : ''}`;
}
