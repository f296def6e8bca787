/** PagerDuty as teams write it for Terraform, written for this test, read by the parser that the command line uses. */
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { planPagerduty } from '../../../cli/import/pagerduty.ts';
import { lintFiles } from '../../../cli/lint/lint.ts';

// By a name that the compiler does not follow: its types bring those of browsers along.
const { parse: parseTerraform } = (await import('@cdktf/hcl2json' as string)) as {
  parse: (name: string, text: string) => Promise<unknown>;
};

const NOW = Date.parse('2026-11-23T09:00:00.000Z');
const PEOPLE = `
resource "pagerduty_user" "amira" {
  name  = "Amira Khan"
  email = "amira@example.gov.uk"
}
data "pagerduty_user" "ben" {
  email = "ben@example.gov.uk"
}
resource "pagerduty_user_contact_method" "amira_phone" {
  user_id      = pagerduty_user.amira.id
  type         = "phone_contact_method"
  country_code = "+44"
  address      = "7700900001"
  label        = "Work"
}
resource "pagerduty_user_notification_rule" "amira_high" {
  user_id                = pagerduty_user.amira.id
  start_delay_in_minutes = 2
  urgency                = "high"
  contact_method = {
    type = "phone_contact_method"
    id   = pagerduty_user_contact_method.amira_phone.id
  }
}
`;
const REST = `
resource "pagerduty_schedule" "primary" {
  name      = "Payments primary"
  time_zone = "Europe/London"
  layer {
    name                         = "Under"
    start                        = "2026-10-05T09:00:00+01:00"
    rotation_virtual_start       = "2026-10-05T09:00:00+01:00"
    rotation_turn_length_seconds = 604800
    users                        = [pagerduty_user.amira.id, data.pagerduty_user.ben.id]
  }
  layer {
    name                         = "Over"
    start                        = "2026-10-05T09:00:00+01:00"
    rotation_virtual_start       = "2026-10-05T09:00:00+01:00"
    rotation_turn_length_seconds = 86400
    users                        = [data.pagerduty_user.ben.id]
    restriction {
      type              = "daily_restriction"
      start_time_of_day = "08:00:00"
      duration_seconds  = 32400
    }
  }
}
resource "pagerduty_escalation_policy" "payments" {
  name      = "Payments"
  num_loops = 2
  rule {
    escalation_delay_in_minutes = 10
    target {
      type = "schedule_reference"
      id   = pagerduty_schedule.primary.id
    }
  }
  rule {
    escalation_delay_in_minutes = 10
    target {
      type = "user_reference"
      id   = pagerduty_user.amira.id
    }
  }
}
resource "pagerduty_service" "api" {
  name                    = "Payments API"
  escalation_policy       = pagerduty_escalation_policy.payments.id
  acknowledgement_timeout = "1800"
}
`;

it('resources become the same catalogue as answers of the API, over several files, with the first layer lowest', async () => {
  const files = await Promise.all([REST, PEOPLE].map((text, n) => parseTerraform(`${n}.tf`, text)));
  const made = planPagerduty(files, NOW);
  const written = (path: string) => parse(made.files.find((file) => file.path === path)!.text);
  expect(lintFiles(made.files, NOW).findings.filter(({ level }) => level === 'error')).toEqual([]);
  expect(written('people/amira.yaml')).toMatchObject({
    contact: { phone: '+447700900001', email: 'amira@example.gov.uk' },
    rules: { high: [{ voice: '2m' }] },
  });
  expect(written('rotas/payments-primary.yaml').layers).toEqual([
    { name: 'Under', people: ['amira', 'ben'], starts: '2026-10-05T09:00', every: '1 week' },
    {
      name: 'Over',
      people: ['ben'],
      starts: '2026-10-05T09:00',
      every: '1 day',
      active: [{ from: '08:00', to: '17:00' }],
    },
  ]);
  expect(written('policies/payments.yaml')).toEqual({
    name: 'payments',
    steps: [{ notify: ['rota:payments-primary'] }, { after: '10m', notify: ['person:amira'] }],
    repeat: 2,
    ack_expires: '30m',
  });
  expect(written('services/payments-api.yaml').policy).toBe('payments');
});

it('a reference that is an expression is named, not guessed', async () => {
  const text = REST.replace('[data.pagerduty_user.ben.id]', '[var.someone]');
  const made = planPagerduty([await parseTerraform('a.tf', text), await parseTerraform('b.tf', PEOPLE)], NOW);
  expect(made.lost.some((line) => line.includes('var.someone'))).toBe(true);
});
