/**
 * Shadows: what people would have been told about services that are tried beside another tool.
 *
 *   SHADOW#<day>  <at>#<incident>#<page>      kept for 90 days
 */
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Channel } from '../catalogue/catalogue.ts';
import type { Page } from '../incident/incident.ts';
import { expiry, itemsOf, type Table } from './store.ts';

export type Shadow = {
  at: string;
  incident: string;
  page: string;
  title: string;
  service?: string;
  openedAt: string;
  /** Whom, by what. */
  to: string;
  channel: Channel;
  kind: Page['kind'];
  /** The words of the text. */
  text: string;
};

const DAYS = 90;

/** Twice is once. */
export async function keepShadow(table: Table, shadow: Shadow): Promise<void> {
  const { at, incident, page } = shadow;
  await table.client.send(
    new PutCommand({
      TableName: table.name,
      Item: {
        pk: `SHADOW#${at.slice(0, 10)}`,
        sk: `${at}#${incident}#${page}`,
        body: JSON.stringify(shadow),
        expires: expiry(at, DAYS),
      },
    }),
  );
}

/** All from `from` until `to`, in order, of the days that are kept; one query a day and page of answers. None where `from` is later. */
export async function shadowsBetween(table: Table, from: string, to: string): Promise<Shadow[]> {
  const found: Shadow[] = [];
  // A condition between two values in the wrong order is refused. [DynamoDB API reference, Query]
  if (from > to) return found;
  const oldest = new Date(Date.parse(to) - DAYS * 86_400_000).toISOString();
  for (let day = (from > oldest ? from : oldest).slice(0, 10); day <= to.slice(0, 10); day = nextDay(day)) {
    const items = await itemsOf(table, {
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: { ':pk': `SHADOW#${day}`, ':from': from, ':to': `${to}~` },
    });
    found.push(...items.map((item) => JSON.parse(item['body'] as string) as Shadow));
  }
  return found;
}

function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}
