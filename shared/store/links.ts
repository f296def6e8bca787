/**
 * Links and whom they were sent to: the capability addresses of pages, and which incidents a person was paged for.
 *
 * Promises: the table holds only a hash of a link's token; a link is bound to one person and one incident and expires.
 */
import { createHash } from 'node:crypto';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { expiry, itemsOf, type Table } from './store.ts';

/** How long a link opens its page: through the night, the weekend, and the morning after. */
export const LINK_DAYS = 7;

export type Link = { incident: string; person: string };

const linkKey = (token: string) => ({ pk: `T#${createHash('sha256').update(token).digest('hex')}`, sk: 'link' });

/** Remembers whom a token stands for, and that this person was paged for this incident. Twice is once. */
export async function keepLink(table: Table, token: string, link: Link, code: string, now: string): Promise<void> {
  const expires = expiry(now, LINK_DAYS);
  await Promise.all([
    table.client.send(new PutCommand({ TableName: table.name, Item: { ...linkKey(token), ...link, expires } })),
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { pk: `P#${link.person}`, sk: `I#${link.incident}`, incident: link.incident, code, expires },
      }),
    ),
  ]);
}

/** Whom a token stands for; undefined for one that was never made or has expired. */
export async function findLink(table: Table, token: string, now: string): Promise<Link | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: linkKey(token), ConsistentRead: true }),
  );
  if (!Item || (Item['expires'] as number) <= expiry(now, 0)) return undefined;
  return { incident: Item['incident'] as string, person: Item['person'] as string };
}

/** The incidents that a person was paged for in the last days, with their reply codes. */
export async function pagedIncidents(
  table: Table,
  person: string,
  now: string,
): Promise<{ incident: string; code: string }[]> {
  const items = await itemsOf(table, {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :i)',
    FilterExpression: 'expires > :now',
    ExpressionAttributeValues: { ':pk': `P#${person}`, ':i': 'I#', ':now': expiry(now, 0) },
    ConsistentRead: true,
  });
  return items.map((item) => ({ incident: item['incident'] as string, code: item['code'] as string }));
}
