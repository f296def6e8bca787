import { describe, expect, it } from 'vitest';
import { reviewFile, reviewPath } from '../../../cli/reviews/file.ts';
import { lintReview } from '../../../cli/reviews/lint.ts';
import type { Review } from '../../../shared/flow/review.ts';
import { catalogue } from '../../incident/world.ts';

const TODAY = '2026-11-25';
const review: Review = {
  incident: 'k3v9qd7m2xab-1',
  cause: 'k3v9qd7m2xab' as Review['cause'],
  title: 'payments-api production: 12 > 5',
  date: '2026-11-23',
  owner: 'payments',
  service: 'payments-api',
  first: 'It was slow',
  whys: [],
  followUps: [],
  markdown: [
    '## Five whys',
    '- **Why were people paged?** It was slow',
    '  - **Why?** The pool was full',
    '',
    '## Follow-ups',
    '- [ ] Raise the limit (owner: payments, due: 2026-12-11) <!-- pageturner:f1 -->',
    '- [x] Close idle connections',
    '',
  ].join('\n'),
};
const codes = (text: string, path = reviewPath(review), today = TODAY) =>
  lintReview({ path, text }, catalogue, today).map(({ code, line }) => `${code}:${line}`);
const written = reviewFile(review);

describe('a review as a file', () => {
  it('is named by its date and service, and says whose it is', () => {
    expect(reviewPath(review)).toBe('reviews/2026-11-23-payments-api.md');
    expect(reviewPath({ date: '2026-11-23', title: '../../x & y' })).toBe('reviews/2026-11-23-x-y.md');
    expect(written).toMatch(
      /^---\ntitle: .*\ndate: 2026-11-23\nincident: k3v9qd7m2xab-1\nservice: payments-api\nowner: payments\n---\n/,
    );
  });

  it('is well as the command writes it and people finish it', () => {
    expect(codes(written)).toEqual([]);
    expect(codes(written.replaceAll('\n', '\r\n'))).toEqual([]);
  });
});

describe('lint of a review', () => {
  it.each<[string, string, string]>([
    ['no front matter', '# Hello\n', 'review-front-matter:1'],
    ['no owner', written.replace('owner: payments\n---', 'owner: ""\n---'), 'review-owner:1'],
    ['another date than its name', written.replace('date: 2026-11-23', 'date: 2026-11-24'), 'review-date:1'],
    ['no date', written.replace('date: 2026-11-23\n', ''), 'review-date:1'],
    ['no answer', written.replace('The pool was full', '*To be answered: ask what and how.*'), 'review-whys:10'],
    ['a follow-up of nobody', written.replace('owner: payments, due', 'due'), 'review-follow-up:15'],
    ['a follow-up without a date', written.replace(', due: 2026-12-11', ''), 'review-follow-up:15'],
    ['a follow-up that was due', written.replace('due: 2026-12-11', 'due: 2026-11-01'), 'review-overdue:15'],
    ['a part to be written', `${written}*To be written: who?*\n`, 'review-unfinished:17'],
    ['a person', `${written}Then amira restarted it.\n`, 'review-names:17'],
    ['a phone number', `${written}Call +44 7700 900123.\n`, 'review-number:17'],
  ])('%s', (_, text, code) => {
    expect(codes(text)).toEqual([code]);
  });

  it('asks no follow-up that was decided against for a date', () => {
    expect(codes(`${written}- [ ] Buy another database Not doing, because it costs more.\n`)).toEqual([]);
  });

  it('lets people be named where the catalogue says so', () => {
    const named = {
      ...catalogue,
      defaults: { ...catalogue.defaults, problems: { tracker: 't', open: [], names: true } },
    };
    expect(lintReview({ path: reviewPath(review), text: `${written}amira did.\n` }, named, TODAY)).toEqual([]);
  });

  it('reads no name into an address or a comment', () => {
    expect(
      codes(`${written}[page](<https://pages.example.gov.uk/k/amira-1>) <!-- amira --> https://x.example/ben\n`),
    ).toEqual([]);
  });

  it('says where front matter is no YAML', () => {
    expect(codes(written.replace('owner: payments\n---', 'owner: [\n---'))[0]).toMatch(/:\d+$/);
  });
});
