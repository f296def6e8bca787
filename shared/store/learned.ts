/**
 * What people said about the runbooks of alerts: one item a signal, under its rule, so that one query finds what was said of
 * a rule. A newer word replaces the older one of the same signal.
 */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { LEARNED_DAYS, type Lesson } from '../memory/memory.ts';
import { expiry, itemsOf, keyDigest, type Table } from './store.ts';

const PARTITION = 'LEARNED';
/** A rule with more signals than that is well enough known by the newest. */
const MOST_OF_A_RULE = 100;
const MOST_LISTED = 1_000;

export async function keepLesson(table: Table, lesson: Lesson): Promise<void> {
  await table.client.send(
    new PutCommand({
      TableName: table.name,
      Item: {
        pk: PARTITION,
        sk: `${keyDigest(lesson.title)}#${keyDigest(lesson.key)}`,
        body: JSON.stringify(lesson),
        expires: expiry(lesson.at, LEARNED_DAYS),
      },
    }),
  );
}

/** What was said of alerts of this name. It decides, so it is read consistently. */
export async function lessonsOf(table: Table, title: string): Promise<Lesson[]> {
  return read(table, MOST_OF_A_RULE, keyDigest(title));
}

/** All that was said, at most 1,000 signals. */
export async function allLessons(table: Table): Promise<Lesson[]> {
  return read(table, MOST_LISTED, '');
}

async function read(table: Table, limit: number, beginning: string): Promise<Lesson[]> {
  const items = await itemsOf(
    table,
    {
      KeyConditionExpression: beginning === '' ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :beginning)',
      ExpressionAttributeValues: { ':pk': PARTITION, ...(beginning === '' ? {} : { ':beginning': beginning }) },
      ConsistentRead: true,
    },
    limit,
  );
  return items.map((item) => JSON.parse(item['body'] as string) as Lesson);
}
