/** What `pageturner search` answers: pages with the section that was meant, also where a word is mistyped. */
import { describe, expect, it } from 'vitest';
import { searchRunbooks } from '../../../cli/commands/search.ts';
import type { Runbook } from '../../../shared/runbook/runbook.ts';

const page = (id: string, body: string): Runbook => ({ id, title: id.split('/').at(-1)!, body, aliases: [] });
const LIBRARY = [
  page(
    'postgres',
    '# Postgres\n## Connections\nToo many clients: raise the pool.\n## Replication\n```\nselect slots;\n```\nDrop the slot.',
  ),
  page('network/firewall', '# Firewall\nOpen the port.\n## Certificates\nRenew the certificate.'),
  page('network/dns', '# DNS\nFlush the resolver.'),
];
const first = (text: string) => searchRunbooks(LIBRARY, text).answers[0];

describe('a search', () => {
  it.each([
    ['replication slot', 'postgres', 'Replication'],
    ['too many clients', 'postgres', 'Connections'],
    ['renew certificates', 'network/firewall', 'Certificates'],
    ['flush resolver', 'network/dns', 'DNS'],
  ])('for "%s" answers with %s, its section %s', (text, runbook, heading) => {
    expect(first(text)).toMatchObject({ runbook, heading });
  });

  it('shows the first lines of the section, without the fences of code', () => {
    expect(first('replication slot')!.text).toBe('select slots;\nDrop the slot.');
  });

  it.each([
    ['a letter left out', 'replicaton', 'replication'],
    ['a letter too many', 'resolverr', 'resolver'],
    ['two letters swapped', 'firewlal', 'firewall'],
    ['a wrong letter', 'certifikate', 'certificate'],
  ])('forgives %s', (_, said, meant) => {
    const { answers, corrected } = searchRunbooks(LIBRARY, said);
    expect(corrected).toEqual([{ said, meant }]);
    expect(answers).not.toEqual([]);
  });

  it.each(['', 'zzzz', 'xylophone quartz', '<>'])('for "%s" finds nothing, and says so', (text) => {
    expect(searchRunbooks(LIBRARY, text).answers).toEqual([]);
  });
});
