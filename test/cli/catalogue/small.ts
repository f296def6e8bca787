/** The smallest catalogue that compiles, as files; tests change one of them. */
import type { CatalogueFile } from '../../../cli/catalogue/source.ts';

export const small: Record<string, string> = {
  'catalogue.yaml': 'policy: all\nenvironments: { production: [prod, "111122223333"] }\n',
  'people/amira.yaml': 'id: amira\nname: Amira\ncontact: { phone: "+447700900001", slack: U1 }\n',
  'people/ben.yaml': 'id: ben\nname: Ben\ncontact: { phone: ssm:/people/ben/phone, email: ben@example.gov.uk }\n',
  'policies/all.yaml':
    'name: all\nsteps:\n  - notify: [rota:primary, slack:#ops]\n  - after: 5m\n    notify: [person:ben]\n',
  'rotas/primary.yaml':
    'name: primary\ntime_zone: Europe/London\nlayers:\n  - people: [amira, ben]\n    starts: 2026-01-05T09:00\n    every: 1 week\n',
  'services/api.yaml': 'name: api\npolicy: all\naliases: [front]\nmatch: { labels: { job: [api] } }\n',
  'services/db.yaml': 'name: db\nurgency: { error: low }\n',
  'runbooks/api/down.md': '---\ntitle: API is down\nhold: 2m\nservice: api\n---\n# Down\n\n## First steps\nLook.\n',
};

/** The small catalogue with files changed, added, or (undefined) taken away. */
export function smallWith(changes: Record<string, string | undefined> = {}): CatalogueFile[] {
  const files = { ...small, ...changes };
  return Object.entries(files).flatMap(([path, text]) => (text === undefined ? [] : [{ path, text }]));
}
