/**
 * The question: how often is a runbook that is chosen by words the right one, in libraries of other organisations, and how
 * often is one that is called a match? Beside minisearch over the same titles, headings and bodies.
 */
import MiniSearch from 'minisearch';
import type { Alert } from '../../shared/alert/alert.ts';
import { words } from '../../shared/search/split.ts';
import { type Library, openLibraries } from './ranking/libraries.ts';
import { chooseAll, figuresOf, reliabilityOf } from './ranking/measure.ts';

export const title = 'The right runbook by words, in libraries of others';

export async function run() {
  const libraries = openLibraries();
  const chosen = libraries.map((library) => ({ library, list: chooseAll(library) }));
  const rows = chosen.flatMap(({ library, list }) => {
    const { micro, macro, called, right } = figuresOf(list);
    const rival = rivalTop1(library);
    const row = (name: string, value: number) => ({
      name: `${library.name}: ${name}`,
      value: rounded(value),
      unit: 'share',
    });
    return [
      { ...row('right first', micro[0]), rival: { name: 'minisearch', value: rounded(rival) } },
      row('among the first three', micro[1]),
      row('right first, by page', macro[0]),
      { ...row('right of those called', called === 0 ? 0 : right / called), aim: '0.95' },
    ];
  });
  const curve = reliabilityOf(chosen.flatMap(({ list }) => list));
  return [
    ...rows,
    ...curve.map(({ from, count, right }) => ({
      name: `sure ${from} or more, of ${count}`,
      value: right,
      unit: 'right',
    })),
  ];
}

const rounded = (value: number) => Math.round(value * 1000) / 1000;

function rivalTop1({ runbooks, pairs }: Library): number {
  const rival = new MiniSearch({
    fields: ['path', 'title', 'body'],
    idField: 'id',
    tokenize: words,
    searchOptions: { boost: { title: 3, path: 2 } },
  });
  rival.addAll(runbooks.map(({ id, title: name, body }) => ({ id, path: id.replaceAll('/', ' '), title: name, body })));
  const text = ({ title: name, description = '' }: Alert) => `${name} ${description}`;
  const right = pairs.filter(({ alert, truth }) => rival.search(text(alert))[0]?.['id'] === truth);
  return right.length / pairs.length;
}

if (import.meta.main) console.table(await run());
