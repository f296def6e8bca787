/** Times as GitLab writes them. Pure. */

/**
 * `2026-11-25T09:00:00.000Z` of the API, and `2026-11-25 09:00:00 UTC` and `2026-11-25 09:00:00 +0100` of webhooks. Undefined for
 * what is no time. [GitLab documentation, "Webhook events"]
 */
export function instantOf(written: unknown): string | undefined {
  if (typeof written !== 'string' || written.length > 40) return undefined;
  const iso = written
    .replace(/^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d+)?) /, '$1T$2')
    .replace(/UTC$/, 'Z')
    .replace(/([+-]\d{2})(\d{2})$/, '$1:$2');
  const at = Date.parse(iso);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
