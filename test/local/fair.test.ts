/** Fair queues: whose messages the local stack gives out first, as Amazon SQS documents it. */
import { describe, expect, it } from 'vitest';
import { fairOrder, takenOfLate } from '../../infra/local/fair.ts';

const of = (...groups: (string | undefined)[]) => groups.map((messageGroupId) => ({ messageGroupId }));
const many = (group: string, count: number) => Array<string>(count).fill(group);
const none = () => 0;

describe('which messages come first', () => {
  it('is the order of arrival while no tenant is noisy', () => {
    expect(fairOrder(of('a', 'b', 'a', undefined), many('a', 29), none, 10)).toEqual([0, 1, 2, 3]);
  });

  it('is those of quiet tenants and those without a tenant, where one has 30 messages in flight', () => {
    expect(fairOrder(of('a', 'a', 'b', 'a', undefined), many('a', 30), none, 4)).toEqual([2, 4, 0, 1]);
  });

  it('is the order of arrival again where 30 messages are less than a tenth of what is in flight', () => {
    const others = Array.from({ length: 300 }, (_, n) => `other-${n}`);
    expect(fairOrder(of('a', 'b'), [...many('a', 30), ...others], none, 2)).toEqual([0, 1]);
  });

  it('follows the processing time too: few slow messages are as noisy as many', () => {
    const taken = takenOfLate();
    taken.add('slow', 9000, 0);
    taken.add('quick', 100, 0);
    expect(fairOrder(of('slow', 'quick'), [], (group) => taken.share(group, 0), 2)).toEqual([1, 0]);
  });

  it('is, among noisy tenants, first the one with the fewest messages in flight', () => {
    expect(fairOrder(of('a', 'b', 'a', 'b'), [...many('a', 60), ...many('b', 40)], none, 3)).toEqual([1, 3, 0]);
  });
});

it('a tenant’s share of the time fades beside those that are busy now', () => {
  const taken = takenOfLate();
  taken.add('a', 1000, 0);
  taken.add('b', 1000, 120_000);
  expect(taken.share('a', 120_000)).toBeLessThan(0.1);
  expect(taken.share('nobody', 120_000)).toBe(0);
});
