/** The doctor on trackers: each of the catalogue is asked, and one that fails hides no other. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askTrackers, trackers } from '../../../cli/doctor/trackers.ts';
import { GITHUB_TOKEN, LocalGitHub } from '../../tracker/servers/github.ts';
import { JIRA_TOKEN, LocalJira } from '../../tracker/servers/jira.ts';

const NOW = '2026-11-25T09:00:00.000Z';

describe('the doctor asks the trackers', () => {
  let github: LocalGitHub;
  let jira: LocalJira;
  beforeEach(async () => {
    github = await new LocalGitHub().start();
    jira = await new LocalJira().start();
  });
  afterEach(() => {
    github.stop();
    jira.stop();
  });
  const tokens: Record<string, string> = { 'ssm:/github': GITHUB_TOKEN, 'ssm:/jira': JIRA_TOKEN, 'ssm:/old': 'a:old' };
  const asked = async () => {
    const projects = [
      { name: 'work', kind: 'github', url: github.url, project: 'sre/problems', token: 'ssm:/github' },
      { name: 'office', kind: 'jira', url: jira.url, project: 'SRE', token: 'ssm:/jira' },
      { name: 'old', kind: 'jira', url: jira.url, project: 'SRE', token: 'ssm:/old' },
      { name: 'lost', kind: 'servicenow', url: 'https://acme.service-now.com', project: '', token: 'ssm:/none' },
    ] as const;
    return trackers(await askTrackers([...projects], tokens, NOW));
  };

  it('and says of each what would fail tonight', async () => {
    github.tokenEnds = '2026-12-01 10:00:00 UTC';
    const found = await asked();
    const says = (level: string, said: RegExp) =>
      expect(found).toContainEqual(expect.objectContaining({ level, said: expect.stringMatching(said) }));
    says('warning', /^work sre\/problems: .*in 6 days/);
    says('well', /^office SRE: tickets can be made/);
    says('error', /^old SRE: Jira does not accept the token/);
    says('error', /^lost: its token could not be read from \/none/);
  });

  it('and shows no token', async () => {
    const said = JSON.stringify(await asked());
    for (const token of Object.values(tokens)) expect(said).not.toContain(token);
  });
});
