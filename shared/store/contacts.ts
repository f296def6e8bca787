/**
 * What is known of a person's ways of being reached: when one was last proved to work, and when its owner sent STOP.
 *
 *   P#<person>  C#<channel>#proved | C#<channel>#stopped
 *   PHONE#<mark>  person
 *
 * A way that was never proved is used all the same: this is for `lint --live` and for telling people.
 */
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Channel } from '../catalogue/catalogue.ts';
import { expiry, isConditionFailed, itemsOf, type Table } from './store.ts';

export type ContactFacts = { provedAt?: string; stoppedAt?: string };

/** This way reached its person at `at`: they answered by it, or the carrier says that it was delivered. */
export async function keepProved(table: Table, person: string, channel: Channel, at: string): Promise<void> {
  await put(table, person, `C#${channel}#proved`, { at });
}

/** Its owner has sent STOP, or START again. */
export async function keepStopped(table: Table, person: string, channel: Channel, at: string, stopped: boolean) {
  await put(table, person, `C#${channel}#stopped`, { at, stopped });
}

async function put(table: Table, person: string, sk: string, fields: object): Promise<void> {
  await table.client.send(new PutCommand({ TableName: table.name, Item: { pk: `P#${person}`, sk, ...fields } }));
}

/** What is known of each of a person's ways. */
export async function contactFacts(table: Table, person: string): Promise<Partial<Record<Channel, ContactFacts>>> {
  const items = await itemsOf(table, {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :c)',
    ExpressionAttributeValues: { ':pk': `P#${person}`, ':c': 'C#' },
    ConsistentRead: true,
  });
  const facts: Partial<Record<Channel, ContactFacts>> = {};
  for (const item of items ?? []) {
    const [, channel, what] = (item['sk'] as string).split('#') as [string, Channel, string];
    const known = facts[channel] ?? {};
    facts[channel] = known;
    if (what === 'proved') known.provedAt = item['at'] as string;
    else if (item['stopped'] === true) known.stoppedAt = item['at'] as string;
  }
  return facts;
}

/** A number that was not texted or called for so long is looked up anew. */
const OWNER_DAYS = 90;

/** Whose phone a number is. `mark` stands for the number and does not tell it. */
export async function keepOwner(table: Table, mark: string, person: string, now: string): Promise<void> {
  const Item = { pk: `PHONE#${mark}`, sk: 'person', person, expires: expiry(now, OWNER_DAYS) };
  await table.client.send(new PutCommand({ TableName: table.name, Item }));
}

/** The person that was last kept as the owner; undefined where none was, or too long ago. */
export async function ownerOf(table: Table, mark: string, now: string): Promise<string | undefined> {
  const Key = { pk: `PHONE#${mark}`, sk: 'person' };
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }));
  return Item && (Item['expires'] as number) > expiry(now, 0) ? (Item['person'] as string) : undefined;
}

/** True once a day for each stranger: `mark` stands for their number and does not tell it. */
export async function isFirstToday(table: Table, mark: string, now: string): Promise<boolean> {
  const expires = expiry(now, 2);
  try {
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { pk: `STRANGER#${mark}`, sk: now.slice(0, 10), expires },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
    return true;
  } catch (error) {
    if (isConditionFailed(error)) return false;
    throw error;
  }
}
