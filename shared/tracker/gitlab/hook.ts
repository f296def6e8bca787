/**
 * What GitLab's webhook says of an issue: opened, closed, reopened, changed. Confidential issues come as the same notice.
 * Source: GitLab documentation, "Webhook events: work item events". The button "Test" leaves `action` out. Pure.
 */
import { boxesOf } from '../boxes.ts';
import type { News } from '../tracker.ts';
import { instantOf } from './instant.ts';

const KINDS = ['issue', 'work_item'];

/** The news of an issue; undefined for any other body. */
export function gitlabNews(body: unknown): News | undefined {
  const { object_kind, object_attributes: issue, labels } = fieldsOf(body);
  if (typeof object_kind !== 'string' || !KINDS.includes(object_kind)) return undefined;
  const { iid, url, state, description, due_date, closed_at } = fieldsOf(issue);
  if (typeof iid !== 'number' || typeof url !== 'string') return undefined;
  const closedAt = instantOf(closed_at);
  return {
    key: String(iid),
    name: `#${iid}`,
    url,
    state: state === 'closed' ? 'closed' : 'open',
    labels: titlesOf(labels ?? fieldsOf(issue)['labels']),
    ...(typeof due_date === 'string' && /^\d{4}-\d{2}-\d{2}/.test(due_date) ? { due: due_date.slice(0, 10) } : {}),
    ...(state === 'closed' && closedAt !== undefined ? { closedAt } : {}),
    ...(typeof description === 'string' ? { boxes: boxesOf(description) } : {}),
  };
}

function titlesOf(labels: unknown): string[] {
  if (!Array.isArray(labels)) return [];
  return labels.flatMap((label) => {
    const { title } = fieldsOf(label);
    return typeof title === 'string' ? [title] : [];
  });
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
