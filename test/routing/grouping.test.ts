/** Which incident an alert belongs to. */
import { describe, expect, it } from 'vitest';
import type { Alert } from '../../shared/alert/alert.ts';
import { groupOf } from '../../shared/routing/grouping.ts';
import { notice } from '../incident/world.ts';

const alert = {
  ...notice('arn:a', 'firing', 0).alert,
  labels: { cluster: 'c/1', 'a|b': 'x', unsaid: undefined },
  endsAt: null,
  signal: { name: 'cpu', threshold: 5 },
  resources: [
    { id: 'r1', name: 'one' },
    { id: 'r2', name: 'two' },
  ],
} as unknown as Alert;

const where = (service?: string, environment?: string) => ({
  ...alert,
  ...(service === undefined ? {} : { service }),
  ...(environment === undefined ? {} : { environment }),
});

describe('the group of an alert', () => {
  it.each<[string, Alert, Parameters<typeof groupOf>[1], string]>([
    ['without a runbook is its key', where('s'), undefined, 'key:arn:a'],
    ['is its runbook, service and environment', where('s', 'prod'), { id: 'p/x' }, 'runbook:p/x|s|prod'],
    ['leaves empty what is not known', where(), { id: 'p/x' }, 'runbook:p/x||'],
    [
      'is what the runbook says',
      where('s'),
      { id: 'p/x', group: ['labels.cluster', 'service'] },
      'runbook:p/x|c%2F1|s',
    ],
    ['takes every one of a list', where(), { id: 'p/x', group: ['resources.name'] }, 'runbook:p/x|one%2Ctwo'],
    ['takes numbers as text', where(), { id: 'p/x', group: ['signal.threshold'] }, 'runbook:p/x|5'],
    [
      'of a field that is not there is empty',
      where(),
      { id: 'p/x', group: ['labels.nothing', 'signal', 'labels.cluster.deeper', 'labels.toString'] },
      'runbook:p/x||||',
    ],
    [
      'of a part of a text, of what is not there, or of a part of nothing is empty',
      where(),
      { id: 'p/x', group: ['title.length', 'labels.unsaid', 'endsAt.year'] },
      'runbook:p/x|||',
    ],
    ['keeps environment apart from service', where('s', 'e'), { id: 'p/x', group: ['environment'] }, 'runbook:p/x|e'],
  ])('%s', (_, of, runbook, expected) => {
    expect(groupOf(of, runbook)).toBe(expected);
  });
});
