/**
 * A review as a Markdown file in Git, `reviews/2026-11-23-payments-api.md`: front matter that says whose it is and when it
 * happened, then the text as a ticket has it. Pure: writing is the command's.
 */
import { stringify } from 'yaml';
import type { Review } from '../../shared/flow/review.ts';

/** Its path below the catalogue's folder. */
export function reviewPath({ date, service, title }: Pick<Review, 'date' | 'service' | 'title'>): string {
  return `reviews/${date}-${slug(service ?? title)}.md`;
}

/** The whole file. */
export function reviewFile(review: Review): string {
  const { incident, title, date, owner, service, ticket, markdown } = review;
  const front = {
    title,
    date,
    incident,
    ...(service === undefined ? {} : { service }),
    owner: owner ?? '',
    ...(ticket === undefined ? {} : { ticket: ticket.url }),
  };
  return `---\n${stringify(front, { lineWidth: 0 })}---\n# ${title.replace(/([\\`*_{}[\]<>#|])/g, '\\$1')}\n\n${markdown}`;
}

function slug(text: string): string {
  const words = text.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return words.slice(0, 60).replace(/^-|-$/g, '') || 'incident';
}
