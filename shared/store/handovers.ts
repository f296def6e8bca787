/**
 * Hand-overs that were told.
 *
 *   HANDOVER#<rota>  <at>      kept for a week
 */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { expiry, isConditionFailed, type Table } from './store.ts';

/** True for the first who asks: a hand-over is told once, however often it is looked at. */
export async function claimHandOver(table: Table, rota: string, at: string): Promise<boolean> {
  try {
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { pk: `HANDOVER#${rota}`, sk: at, expires: expiry(at, 7) },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
    return true;
  } catch (error) {
    if (isConditionFailed(error)) return false;
    throw error;
  }
}
