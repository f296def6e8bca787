/**
 * The house rules that can be tested: which way imports may point, what the pure core may use, how long things may be.
 * A failure names the file, what it imports and the rule that this breaks.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** The pure core, lowest first: a folder may import the folders before it, and none after it. */
const CORE = [
  'written',
  'time',
  'alert',
  'rota',
  'pattern',
  'search',
  'runbook',
  'catalogue',
  'deployment',
  'exception',
  'memory',
  'routing',
  'suspect',
  'digest',
  'incident',
  'message',
  'toil',
  'problem',
  'standby',
  'sender',
  'intake',
];
/** What speaks to the world: they may import the pure core and each other, in this order. */
const ADAPTERS = ['channel', 'tracker', 'store', 'queue', 'world'];
/** What joins the two. */
const FLOWS = ['flow', 'hook', 'answers', 'console'];
const SHARED = [...CORE, ...ADAPTERS, ...FLOWS];

/** Concepts that a file of the pure core must be handed instead. */
const IMPURE: [RegExp, string][] = [
  [/from '@(aws-sdk|aws-lambda-powertools|smithy|middy)/, 'AWS'],
  [/from 'node:(fs|http|https|net|child_process|worker_threads|os|dns|tls)/, 'files, processes or the network'],
  [/\bprocess\.(env|argv|exit)/, 'the environment'],
  [/\bDate\.now\(|new Date\(\)/, 'the clock'],
  [/\bMath\.random\(|\brandom(UUID|Bytes|Int)\(/, 'randomness'],
  [/\bfetch\(/, 'the network'],
];
/** Fetches a certificate or a key set for the proofs of senders. */
const READS_NETWORK = ['shared/sender/get.ts'];

const files = ['shared', 'cli', 'functions', 'infra']
  .flatMap((folder) =>
    (readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }) as string[]).map(
      (file) => `${folder}/${file}`,
    ),
  )
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  .sort();
const text = new Map(files.map((file) => [file, readFileSync(join(ROOT, file), 'utf8')]));
const importsOf = (file: string) =>
  [...text.get(file)!.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(([, path]) =>
    normalize(join(dirname(file), path!)),
  );
const arrows = files.flatMap((from) => importsOf(from).map((to) => ({ from, to })));
const area = (file: string) => file.split('/')[0]!;
const folder = (file: string) => file.split('/')[1]!;
const shared = arrows.filter(({ from, to }) => area(from) === 'shared' && area(to) === 'shared');

describe('imports point one way', () => {
  it('shared/ imports nothing of cli/, functions/, infra/ or test/', () => {
    const wrong = arrows.filter(({ from, to }) => area(from) === 'shared' && area(to) !== 'shared');
    expect(wrong).toEqual([]);
  });

  it('functions/ and cli/ do not import each other, nor test/', () => {
    const wrong = arrows.filter(
      ({ from, to }) =>
        (area(from) === 'functions' && area(to) !== 'shared') ||
        (area(from) === 'cli' && !['shared', 'cli', 'package.json'].includes(area(to))),
    );
    expect(wrong).toEqual([]);
  });

  it('every file of shared/ is used by a function: what only the command uses is in cli/', () => {
    const used = new Set<string>();
    const reach = (file: string) => {
      if (used.has(file) || !text.has(file)) return;
      used.add(file);
      for (const next of importsOf(file)) reach(next);
    };
    for (const file of files.filter((one) => area(one) === 'functions')) reach(file);
    expect(files.filter((file) => area(file) === 'shared' && !used.has(file))).toEqual([]);
  });

  it('every folder of shared/ has its place in the order of this test', () => {
    const folders = [...new Set(files.filter((file) => area(file) === 'shared').map(folder))];
    expect(folders.filter((name) => !SHARED.includes(name))).toEqual([]);
  });

  it('the pure core imports only the pure core', () => {
    const wrong = shared.filter(({ from, to }) => CORE.includes(folder(from)) && !CORE.includes(folder(to)));
    expect(wrong).toEqual([]);
  });

  it('a folder imports only folders below it', () => {
    const wrong = shared.filter(({ from, to }) => SHARED.indexOf(folder(to)) > SHARED.indexOf(folder(from)));
    expect(wrong).toEqual([]);
  });

  it('no file imports itself by way of others', () => {
    expect(cycles()).toEqual([]);
  });
});

describe('the pure core', () => {
  const core = files.filter(
    (file) => area(file) === 'shared' && CORE.includes(folder(file)) && !READS_NETWORK.includes(file),
  );

  it.each(IMPURE)('does not match %s: it is handed %s', (pattern) => {
    expect(core.filter((file) => pattern.test(text.get(file)!))).toEqual([]);
  });
});

describe('an incident', () => {
  it('changes its state in shared/incident/states.ts alone', () => {
    const writes = files.filter((file) => /\b(draft|incident)\.state = /.test(text.get(file)!));
    expect(writes).toEqual(['shared/incident/states.ts']);
  });
});

describe('routing', () => {
  it('is the only caller of what decides a service, a runbook and a group', () => {
    const callers = files.filter((file) => /\.(serviceOf|runbookFor)\(/.test(text.get(file)!));
    expect(callers).toEqual(['shared/routing/routing.ts']);
  });
});

describe('a concept', () => {
  it('has a file that says in its first lines what it is', () => {
    const folders = [...new Set(files.filter((file) => area(file) === 'shared').map(folder))];
    const silent = folders.filter(
      (name) => !files.some((file) => file.startsWith(`shared/${name}/`) && text.get(file)!.startsWith('/**')),
    );
    expect(silent).toEqual([]);
  });

  it('is a file of at most 420 lines', () => {
    expect(files.filter((file) => text.get(file)!.split('\n').length > 421)).toEqual([]);
  });
});

/** Groups of files that import each other in a circle. [Tarjan 1972, strongly connected components] */
function cycles(): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string) => {
    index.set(file, index.size);
    low.set(file, index.get(file)!);
    stack.push(file);
    for (const next of importsOf(file)) {
      if (!text.has(next)) continue;
      if (!index.has(next)) {
        visit(next);
        low.set(file, Math.min(low.get(file)!, low.get(next)!));
      } else if (stack.includes(next)) low.set(file, Math.min(low.get(file)!, index.get(next)!));
    }
    if (low.get(file) !== index.get(file)) return;
    const group = stack.splice(stack.indexOf(file));
    if (group.length > 1) found.push(group.sort());
  };
  for (const file of files) if (!index.has(file)) visit(file);
  return found;
}
