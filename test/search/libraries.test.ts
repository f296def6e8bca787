/**
 * How often the choice by words is right, in a library of our own and in open ones of others. The limits are a little below
 * what was measured; `npm run bench` prints the figures.
 */
import { describe, expect, it } from 'vitest';
import { cloudLibrary, openLibraries } from '../bench/ranking/libraries.ts';
import { chooseAll, figuresOf } from '../bench/ranking/measure.ts';

/** Top-1 and top-3 at least; the better of a plain search's two figures for libraries of others. */
const LIMITS: Record<string, [top1: number, top3: number, right: number]> = {
  'cloud/alerts': [0.8, 0.95, 0.95],
  'gitlab2018/alerts': [0.65, 0.84, 0.85],
  'gitlab2022/alerts': [0.8, 0.9, 0.95],
  'gitlab2022/alerts-slo': [0.92, 0.97, 0.92],
  'stellar/alerts': [0.94, 0.97, 0.95],
};

const open = openLibraries();
const all = open.some(({ name }) => name === 'cloud/alerts') ? open : [...open, ...cloudLibrary()];

describe('the right runbook by words', () => {
  it.each(Object.keys(LIMITS))('in %s is found as often as before', (name) => {
    const library = all.find((one) => one.name === name);
    if (library === undefined) return console.error(`SKIPPED: ${name} is not beside this checkout.`);
    const [top1, top3, right] = LIMITS[name]!;
    const figures = figuresOf(chooseAll(library));
    expect(figures.micro[0]).toBeGreaterThanOrEqual(top1);
    expect(figures.micro[1]).toBeGreaterThanOrEqual(top3);
    expect(figures.right / figures.called).toBeGreaterThanOrEqual(right);
  });
});

it('our own library has at least 40 pairs, as their senders post them', () => {
  const pairs = cloudLibrary().flatMap((library) => library.pairs);
  expect(pairs.length).toBeGreaterThanOrEqual(40);
  expect(new Set(pairs.map(({ alert }) => alert.source.kind))).toEqual(new Set(['cloudwatch', 'azure-monitor']));
});
