/**
 * What Jira Cloud's webhook says of an issue. Its text comes in the old markup, which does not show check boxes for certain, so
 * boxes are left to the daily look. Source: Atlassian "Webhooks", `jira:issue_updated`. Pure.
 */
import { closedOf, dateOf, fields, list, word } from '../reading.ts';
import type { News } from '../tracker.ts';

/** The news of an issue; undefined for any other body. */
export function jiraNews(body: unknown): News | undefined {
  const { webhookEvent, issue } = fields(body);
  const { key: name, self, fields: said } = fields(issue);
  const key = word(name);
  if (!word(webhookEvent).startsWith('jira:issue_') || !/^[A-Z][A-Z0-9_]{1,49}-[0-9]{1,12}$/.test(key))
    return undefined;
  if (!URL.canParse(word(self))) return undefined;
  const { status, labels, duedate, resolutiondate } = fields(said);
  const isClosed = webhookEvent === 'jira:issue_deleted' || fields(fields(status)['statusCategory'])['key'] === 'done';
  return {
    key,
    name: key,
    url: `${new URL(word(self)).origin}/browse/${key}`,
    state: isClosed ? 'closed' : 'open',
    labels: list(labels).map(word),
    ...dateOf(duedate),
    ...closedOf(resolutiondate, isClosed),
  };
}
