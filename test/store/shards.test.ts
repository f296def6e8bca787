/** What one partition of an index meets in a storm, and what is asked for again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTemplate } from '../../infra/local/template.ts';
import { incidentId } from '../../shared/incident/incident.ts';
import { itemsByKey, SHARDS, shardOf, shardsOf, type Table } from '../../shared/store/store.ts';

describe('the partitions of an index', () => {
  it('share a storm of 3,005 incidents: none has over an eighth of it', () => {
    const counts = new Map<string, number>();
    for (let n = 0; n < 3005; n++) {
      const shard = shardOf('open', incidentId(`disk-${n}`, 1));
      counts.set(shard, (counts.get(shard) ?? 0) + 1);
    }
    expect(counts.size).toBe(SHARDS);
    expect(Math.max(...counts.values())).toBeLessThan(3005 / 8);
  });

  it('are all asked by who reads them', () => {
    fc.assert(fc.property(fc.string(), (id) => shardsOf('yes').includes(shardOf('yes', id))));
  });

  it('hold keys and nothing else: what an incident says is written once', () => {
    const indexes = readTemplate().resources['Table']!.Properties['GlobalSecondaryIndexes'] as {
      Projection: { ProjectionType: string };
    }[];
    expect(indexes.map(({ Projection }) => Projection)).toEqual(indexes.map(() => ({ ProjectionType: 'KEYS_ONLY' })));
  });
});

describe('reading many items', () => {
  /** A table that answers two keys a call and leaves the others over. */
  function sparing(): { table: Table; asked: number[] } {
    const asked: number[] = [];
    const send = async ({ input }: { input: { RequestItems: Record<string, { Keys: object[] }> } }) => {
      const { Keys } = input.RequestItems['t']!;
      asked.push(Keys.length);
      return {
        Responses: { t: Keys.slice(0, 2) },
        UnprocessedKeys: Keys.length > 2 ? { t: { Keys: Keys.slice(2) } } : {},
      };
    };
    return { table: { name: 't', client: { send } as never }, asked };
  }

  it('asks again for what DynamoDB left over, and for no key twice', async () => {
    const { table, asked } = sparing();
    const keys = ['a', 'b', 'c', 'd', 'e', 'a'].map((sk) => ({ pk: 'p', sk }));
    expect((await itemsByKey(table, keys)).map(({ sk }) => sk)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(asked).toEqual([5, 3, 1]);
  });
});
