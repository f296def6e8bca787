/**
 * What a service hook of Azure DevOps says of a work item: created, updated, commented, deleted, restored; with "all" resource
 * details. Source: Microsoft "Service hook events", Work item events. Pure.
 */
import { boxesOf } from '../boxes.ts';
import { type Fields, fields, word } from '../reading.ts';
import type { News } from '../tracker.ts';
import { writeMarkdown } from '../write-markdown.ts';
import { readHtml } from './read-html.ts';
import { BODY_FIELDS, ticketOf } from './work-item.ts';

/** A notice has no categories of states. These are the closed states of the processes that Microsoft ships. */
const CLOSED = ['Closed', 'Done', 'Completed', 'Removed'];
const CLOSED_AT = 'Microsoft.VSTS.Common.ClosedDate';

/** The news of a work item; undefined for any other body. */
export function azureDevopsNews(body: unknown): News | undefined {
  const { eventType, resource, resourceContainers } = fields(body);
  if (!/^workitem\.(created|updated|commented|deleted|restored)$/.test(word(eventType))) return undefined;
  const said = itemOf(fields(resource));
  const of = fields(said['fields']);
  if (word(said['id']) === '' || word(of['System.State']) === '') return undefined;
  const isClosed = eventType === 'workitem.deleted' || word(of[CLOSED_AT]) !== '';
  const url = `${baseOf(said, fields(resourceContainers))}/${encodeURIComponent(word(of['System.TeamProject']))}/_workitems/edit/${word(said['id'])}`;
  const closed = isClosed ? [word(of['System.State'])] : CLOSED;
  return { ...ticketOf(said, { closed, url }), ...boxesIn(of) };
}

/** An update has the item as it is now in `revision`; `fields` has only what was changed. */
function itemOf(resource: Fields): Fields {
  const revision = fields(resource['revision']);
  return 'fields' in revision ? { id: resource['workItemId'], ...revision } : resource;
}

/** The organisation's address, as the catalogue writes it. */
function baseOf(said: Fields, containers: Fields): string {
  const { project, collection, account } = containers;
  const base = [project, collection, account].map((one) => word(fields(one)['baseUrl'])).find((one) => one !== '');
  const [, own = ''] = /^(https?:\/\/.{1,300}?)(?:\/[0-9a-f-]{36})?\/_apis\//.exec(word(said['url'])) ?? [];
  return (base ?? own).replace(/\/+$/, '');
}

/** HTML, or Markdown where somebody has turned the field into it: a text without a tag. */
function boxesIn(of: Fields): Pick<News, 'boxes'> {
  const text = BODY_FIELDS.map((name) => word(of[name])).find((one) => one !== '');
  if (text === undefined) return {};
  return { boxes: boxesOf(text.trimStart().startsWith('<') ? writeMarkdown(readHtml(text)) : text) };
}
