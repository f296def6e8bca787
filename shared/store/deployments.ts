/**
 * Deployments in the table: every notice as it came, under the service it belongs to, in time order, for 90 days.
 *
 * Promises: written twice is once; notices of one deployment are folded into one when read, the latest by `at` winning,
 * so the order of arrival does not matter and no write needs a condition.
 */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Deployment } from '../deployment/deployment.ts';
import { ALERT_DAYS, expiry, itemsOf, keyDigest, type Table } from './store.ts';

/** Where the deployments of no known service are kept. */
export const NOBODYS = '-';

export async function keepDeployment(table: Table, deployment: Deployment, now: string): Promise<void> {
  await table.client.send(
    new PutCommand({
      TableName: table.name,
      Item: {
        pk: `D#${deployment.service ?? NOBODYS}`,
        sk: `${deployment.at}#${keyDigest(`${deployment.id} ${deployment.status}`)}`,
        body: JSON.stringify(deployment),
        expires: expiry(now, ALERT_DAYS),
      },
    }),
  );
}

/** Deployments of a service that were heard of between two instants, one record each, newest first; at most 200 notices. */
export async function deploymentsOf(table: Table, service: string, from: string, to: string): Promise<Deployment[]> {
  // A condition between two values in the wrong order is refused. [DynamoDB API reference, Query]
  if (from > to) return [];
  const items = await itemsOf(
    table,
    {
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':pk': `D#${service}`, ':from': from, ':to': `${to}~` },
      ScanIndexForward: false,
    },
    200,
  );
  return foldNotices(items.map((item) => JSON.parse(item['body'] as string) as Deployment));
}

/** One record a deployment: the latest notice wins, and what only earlier ones told is kept. */
export function foldNotices(notices: Deployment[]): Deployment[] {
  const byId = new Map<string, Deployment>();
  for (const notice of [...notices].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))) {
    const earlier = byId.get(notice.id);
    byId.set(notice.id, earlier ? { ...earlier, ...notice, links: { ...earlier.links, ...notice.links } } : notice);
  }
  return [...byId.values()].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}
