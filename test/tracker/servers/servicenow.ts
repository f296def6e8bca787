/**
 * ServiceNow's problems as the Table API has them: texts for everything, fields that a user may not write left out in silence, a
 * state that is read-only, work notes that grow, pages in place of JSON from an instance that sleeps, client credentials.
 * Source: ServiceNow "Table API", "OAuth client credentials".
 */
import { type Answer, type Asked, LocalTracker, notFound } from './listen.ts';

type Problem = Record<string, string>;

export const SERVICENOW_TOKEN = 'pageturner:only-for:this-machine';
export const SERVICENOW_CLIENT = 'oauth:client-1:only-for-this-machine';
const GROUP = 'a715cd759f2002002920bde8132e7018';

export class LocalServiceNow extends LocalTracker {
  readonly problems: Problem[] = [];
  readonly bearers = new Set<string>();
  mayWriteCorrelation = true;
  isAsleep = false;

  constructor() {
    super((asked) => this.#answer(asked));
  }

  close(key: string, at = '2026-11-26 09:00:00'): void {
    const problem = this.problems.find((one) => one['sys_id'] === key)!;
    Object.assign(problem, { active: 'false', state: '107', closed_at: at });
  }

  #answer(asked: Asked): Answer {
    const { headers, path, method, query } = asked;
    if (this.isAsleep) return { status: 200, body: '<html><title>Instance Hibernating page</title></html>' };
    if (path === '/oauth_token.do') return this.#token(asked);
    const basic = `Basic ${Buffer.from(SERVICENOW_TOKEN).toString('base64')}`;
    const isKnown = headers['authorization'] === basic || this.bearers.has(headers['authorization'] ?? '');
    if (!isKnown)
      return {
        status: 401,
        body: {
          error: { message: 'User Not Authenticated', detail: 'Required to provide Auth information' },
          status: 'failure',
        },
      };
    if (path === '/api/now/table/sys_user_group')
      return {
        status: 200,
        body: { result: /name=SRE Problems$/.test(query.get('sysparm_query') ?? '') ? [{ sys_id: GROUP }] : [] },
      };
    const [, key] = /^\/api\/now\/table\/problem(?:\/([0-9a-f]+))?$/.exec(path) ?? [notFound];
    if (!path.startsWith('/api/now/table/problem'))
      return { status: 400, body: { error: { message: 'Invalid table' }, status: 'failure' } };
    if (key === undefined) return method === 'POST' ? this.#create(asked) : this.#list(asked);
    const problem = this.problems.find((one) => one['sys_id'] === key);
    if (!problem)
      return {
        status: 404,
        body: {
          error: { message: 'No Record found', detail: "Record doesn't exist or ACL restricts the record retrieval" },
          status: 'failure',
        },
      };
    if (method === 'PATCH') this.#write(problem, asked.body as Problem);
    return { status: 200, body: { result: shown(problem, query) } };
  }

  #token({ text }: Asked): Answer {
    const form = new URLSearchParams(text);
    const isKnown = `oauth:${form.get('client_id')}:${form.get('client_secret')}` === SERVICENOW_CLIENT;
    if (form.get('grant_type') !== 'client_credentials' || !isKnown)
      return { status: 401, body: { error: 'access_denied' } };
    const access_token = `token-${this.bearers.size + 1}`;
    this.bearers.add(`Bearer ${access_token}`);
    return { status: 200, body: { access_token, token_type: 'Bearer', expires_in: 1799 } };
  }

  #create({ body, query }: Asked): Answer {
    const number = String(this.problems.length + 1);
    const problem: Problem = {
      sys_id: number.padStart(32, '0'),
      number: `PRB004${number.padStart(4, '0')}`,
      active: 'true',
      state: '101',
      correlation_id: '',
      due_date: '',
      closed_at: '',
      description: '',
      work_notes: '',
    };
    this.#write(problem, body as Problem);
    this.problems.push(problem);
    return { status: 201, body: { result: shown(problem, query) } };
  }

  #write(problem: Problem, written: Problem): void {
    const { work_notes, ...rest } = written;
    if (!this.mayWriteCorrelation) delete rest['correlation_id'];
    // The process alone changes it.
    delete rest['state'];
    Object.assign(problem, rest);
    if (work_notes !== undefined)
      problem['work_notes'] =
        `2026-11-25 09:00:00 - Pageturner (Work notes)\n${work_notes}\n\n${problem['work_notes']}`;
  }

  #list({ query }: Asked): Answer {
    const [, mark] = /correlation_id=([^^]*)/.exec(query.get('sysparm_query') ?? '') ?? [];
    const found = this.problems
      .filter((one) => mark === undefined || one['correlation_id'] === mark || one['description']!.includes(mark))
      .reverse();
    const limit = Number(query.get('sysparm_limit') ?? 10_000);
    return { status: 200, body: { result: found.slice(0, limit).map((one) => shown(one, query)) } };
  }
}

function shown(problem: Problem, query: URLSearchParams): Problem {
  const wanted = query.get('sysparm_fields')?.split(',');
  return Object.fromEntries(Object.entries(problem).filter(([name]) => wanted === undefined || wanted.includes(name)));
}
