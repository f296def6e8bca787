/** Names of alerts that stand in exactly one page of the library. */
import { describe, expect, it } from 'vitest';
import { buildNames, namedIn } from '../../shared/runbook/names.ts';

const page = (id: string, body: string) => ({ id, title: id, body });
const alert = (alertname: string, title = alertname) => ({ title, labels: { alertname } });

describe('the name of an alert', () => {
  const names = buildNames([
    page('network/firewall', 'FirewallDown: the exporter cannot be scraped.'),
    page('network/switches', 'SwitchDown and LinkFlapping. See payments-api-5xx.'),
    page('network/links', 'LinkFlapping again.'),
    page('overview', Array.from({ length: 20 }, (_, n) => `AlertNumber${n}Down`).join(' ')),
    page('storage/network-drives', 'What to do when they are gone.'),
    page('umbrella', Array.from({ length: 20 }, (_, n) => `## Umbrella${n}Down\nDo this.`).join('\n')),
  ]);

  it.each([
    ['FirewallDown', 0],
    ['payments-api-5xx', 1],
  ])('%s leads to the only page that holds it', (name, at) => {
    expect(namedIn(names, alert(name))).toEqual({ name, at, by: 'held' });
  });

  it.each([
    ['in other capitals', 'NETWORK_DRIVES'],
    ['with other signs between its words', 'NetworkDrives'],
  ])('%s leads to the page of that name', (_, name) => {
    expect(namedIn(names, alert(name))).toMatchObject({ at: 4, by: 'page' });
  });

  it('leads to the only page with a section of that name, however many sections the page has', () => {
    expect(namedIn(names, alert('Umbrella7Down'))).toMatchObject({ at: 5, by: 'section' });
  });

  it.each([
    ['that two pages hold', 'LinkFlapping'],
    ['that no page holds', 'DiskFull'],
    ['in a list of many alerts', 'AlertNumber3Down'],
    ['that is an ordinary word', 'again'],
    ['that every object has', 'constructor'],
  ])('%s leads to none', (_, name) => {
    expect(namedIn(names, alert(name))).toBeUndefined();
  });
});
