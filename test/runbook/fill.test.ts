import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillCommands } from '../../shared/runbook/fill.ts';

const alert = {
  service: 'payments-api',
  signal: { threshold: 5 },
  resources: [{ name: 'app/payments/50dc6c495c0c9188' }],
  labels: {
    pod: 'api-7f',
    evil: '$(touch /tmp/x); `id` "\'',
    option: '--all',
    climbs: '../../etc',
    spaced: 'two words',
    lines: 'a\nrm -rf /',
  },
};

describe('a runbook’s command', () => {
  it.each([
    ['a name', 'kubectl logs {{ labels.pod }}', 'kubectl logs api-7f'],
    ['a number', 'seq {{signal.threshold}}', 'seq 5'],
    [
      'one of several',
      'aws elbv2 describe {{ resources[0].name }}',
      'aws elbv2 describe app/payments/50dc6c495c0c9188',
    ],
    ['a harmless value in quotes', 'echo "pod {{ labels.pod }}"', 'echo "pod api-7f"'],
    ['two words, as one', 'grep {{ labels.spaced }} log', "grep 'two words' log"],
    ['after an equals sign', 'run --name={{ labels.spaced }}', "run --name='two words'"],
    ['a hostile value, as one word', 'echo {{ labels.evil }}', `echo '$(touch /tmp/x); \`id\` "'\\'''`],
    ['lines, as one', 'echo {{ labels.lines }}', "echo 'a rm -rf /'"],
  ])('takes %s', (_name, written, filled) => {
    expect(fillCommands(written, alert)).toBe(filled);
  });

  it.each([
    ['nothing of that name', 'echo {{ labels.nothing }}'],
    ['nothing but an object', 'echo {{ labels }}'],
    ['no property that is not the alert’s own', 'echo {{ labels.constructor }} {{ __proto__.x }}'],
    ['no path that climbs', 'rm -r /data/{{ labels.climbs }}'],
    ['what looks like an option', 'kubectl delete {{ labels.option }}'],
    ['a hostile value inside quotes', 'echo "{{ labels.evil }}"'],
    ['a hostile value in the middle of a word', 'echo a{{ labels.evil }}b'],
    ['a hostile value after a quote', "echo 'x' {{ labels.evil }}"],
    ['what is no path', 'echo {{ labels[pod] }} {{ 1 + 1 }} {{}}'],
  ])('takes %s: the placeholder stays', (_name, written) => {
    expect(fillCommands(written, alert)).toBe(written);
  });

  it('gives a real shell the value as one word, whatever it is', () => {
    const value = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.string({
        maxLength: 20,
        unit: fc.constantFrom(
          '$',
          '(',
          ')',
          '`',
          '"',
          "'",
          '\\',
          ';',
          '&',
          '|',
          '\n',
          ' ',
          '*',
          '~',
          '-',
          '{',
          '}',
          '#',
          '!',
        ),
      }),
    );
    fc.assert(
      fc.property(value, (text) => {
        const command = fillCommands('printf "[%s]" {{ labels.value }}'.replace('"[%s]"', '[%s]'), {
          labels: { value: text },
        });
        if (command.includes('{{')) return;
        const clean = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ').trim();
        expect(execFileSync('sh', ['-c', command], { encoding: 'utf8' })).toBe(`[${clean}]`);
      }),
      { numRuns: 150 },
    );
  });
});
