/**
 * Problems: one record a cause, changed by a conditional write on its version.
 *
 *   PROBLEMS   <cause>      as JSON; kept while open, and for a year and a month after it was closed
 */
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { GroupDigest } from '../incident/incident.ts';
import type { Problem } from '../problem/problem.ts';
import { INCIDENT_DAYS } from './incidents.ts';
import { expiry, isConditionFailed, itemsOf, type Table } from './store.ts';

const PARTITION = 'PROBLEMS';

/** The problem of a cause, read consistently; undefined where it has none. */
export async function problemOf(table: Table, cause: GroupDigest): Promise<Problem | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { pk: PARTITION, sk: cause }, ConsistentRead: true }),
  );
  return Item ? parse(Item) : undefined;
}

/** All of them, in no order. There are some hundreds in a large estate: a cause has one. */
export async function listProblems(table: Table): Promise<Problem[]> {
  const items = await itemsOf(table, {
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': PARTITION },
  });
  return items.map(parse);
}

/**
 * Writes a problem that was decided on the version it still carries (0: there was none).
 * Out: what was written, its version one higher; `conflict` where somebody else wrote first.
 */
export async function commitProblem(table: Table, next: Problem): Promise<Problem | 'conflict'> {
  const problem = { ...next, version: next.version + 1 };
  try {
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: {
          pk: PARTITION,
          sk: problem.cause,
          version: problem.version,
          body: JSON.stringify(problem),
          ...(problem.state === 'closed' ? { expires: expiry(problem.updatedAt, INCIDENT_DAYS) } : {}),
        },
        ...(next.version === 0
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : { ConditionExpression: 'version = :version', ExpressionAttributeValues: { ':version': next.version } }),
      }),
    );
    return problem;
  } catch (error) {
    if (isConditionFailed(error)) return 'conflict';
    throw error;
  }
}

function parse(item: Record<string, unknown>): Problem {
  return JSON.parse(item['body'] as string) as Problem;
}
