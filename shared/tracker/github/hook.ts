/**
 * What GitHub's webhook says of an issue. Source: GitHub "Webhook events and payloads", `issues` and `issue_comment`. Pure.
 */
import { boxesOf } from '../boxes.ts';
import { closedOf, fields, list, word } from '../reading.ts';
import type { News } from '../tracker.ts';

/** After these it is not there any more. */
const GONE = ['deleted', 'transferred'];

/** The news of an issue; undefined for any other body, pull requests among them. */
export function githubNews(body: unknown): News | undefined {
  const { action, issue: said, repository } = fields(body);
  const issue = fields(said);
  const number = word(issue['number']);
  const url = word(issue['html_url']);
  if (number === '' || url === '' || 'pull_request' in issue || word(fields(repository)['full_name']) === '')
    return undefined;
  // A deleted comment is no deleted issue.
  const isGone = GONE.includes(word(action)) && !('comment' in fields(body));
  const isClosed = isGone || issue['state'] === 'closed';
  return {
    key: number,
    name: `#${number}`,
    url,
    state: isClosed ? 'closed' : 'open',
    labels: list(issue['labels']).map((label) => word(fields(label)['name'])),
    ...closedOf(issue['closed_at'], isClosed),
    ...(typeof issue['body'] === 'string' ? { boxes: boxesOf(issue['body']) } : {}),
  };
}
