/**
 * The note of a backtest on a merge request of GitLab: one note, found by its mark and written anew by each run.
 *
 * A job's own token may not write notes [GitLab, issue 464591], so a project access token is needed; without one the job's log and
 * artifact say the same. The token never reaches a message. Source: GitLab REST API, "Notes".
 */
import { MARK } from './words.ts';

/** What GitLab tells every job of a merge request, and the token that the project keeps for notes. */
export type Place = { api: string; project: string; mergeRequest: string; token: string };

/** The place of this job; undefined, with what is missing, outside of a merge request or without a token. */
export function placeOf(environment: NodeJS.ProcessEnv): Place | { missing: string } {
  const read = (name: string) => environment[name] ?? '';
  const [api, project, mergeRequest] = ['CI_API_V4_URL', 'CI_PROJECT_ID', 'CI_MERGE_REQUEST_IID'].map(read) as [
    string,
    string,
    string,
  ];
  const token = read('PAGETURNER_NOTE_TOKEN');
  if (mergeRequest === '' || api === '' || project === '') return { missing: 'this is no pipeline of a merge request' };
  if (token === '') return { missing: 'PAGETURNER_NOTE_TOKEN is not set (a project access token with the scope api)' };
  return { api, project, mergeRequest, token };
}

/** Writes the note. Throws a sentence where GitLab refuses. */
export async function writeNote(
  { api, project, mergeRequest, token }: Place,
  body: string,
): Promise<'added' | 'updated'> {
  const notes = `${api}/projects/${encodeURIComponent(project)}/merge_requests/${encodeURIComponent(mergeRequest)}/notes`;
  const call = async (method: string, address: string, content?: object): Promise<Response> => {
    const answer = await fetch(address, {
      method,
      headers: { 'private-token': token, 'content-type': 'application/json' },
      ...(content === undefined ? {} : { body: JSON.stringify(content) }),
      signal: AbortSignal.timeout(20_000),
    });
    if (!answer.ok) throw new Error(`GitLab answered ${answer.status} to ${method} of the notes of the merge request.`);
    return answer;
  };
  for (let page = '1'; page !== ''; ) {
    const answer = await call('GET', `${notes}?per_page=100&sort=asc&page=${page}`);
    const found = ((await answer.json()) as { id: number; body: string }[]).find((note) => note.body.startsWith(MARK));
    if (found) {
      await call('PUT', `${notes}/${found.id}`, { body });
      return 'updated';
    }
    page = answer.headers.get('x-next-page') ?? '';
  }
  await call('POST', notes, { body });
  return 'added';
}
