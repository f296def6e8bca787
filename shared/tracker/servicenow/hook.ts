/**
 * What the business rule of docs/trackers.md says of a problem: the rule is ours, so its body is too. Pure.
 *
 *   { "table": "problem", "sys_id": …, "number": …, "active": "false", "correlation_id": …, "due_date": …, "closed_at": …,
 *     "description": … }, every value a text
 */
import { boxesOf } from '../boxes.ts';
import { dateOf, fields, word } from '../reading.ts';
import type { News } from '../tracker.ts';
import { addressOf, closedAtOf, marksOf } from './problem.ts';

/** The news of a problem; undefined for any other body. */
export function serviceNowNews(body: unknown): News | undefined {
  const said = fields(body);
  const key = word(said['sys_id']);
  if (said['table'] !== 'problem' || !/^[0-9a-f]{32}$/.test(key)) return undefined;
  const isClosed = word(said['active']) === 'false' || word(said['operation']) === 'delete';
  return {
    key,
    name: word(said['number']),
    url: addressOf(word(said['instance']), key),
    state: isClosed ? 'closed' : 'open',
    labels: marksOf(said),
    ...dateOf(said['due_date']),
    ...closedAtOf(said['closed_at'], isClosed),
    ...(typeof said['description'] === 'string' ? { boxes: boxesOf(said['description']) } : {}),
  };
}
