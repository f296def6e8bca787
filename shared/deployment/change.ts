/**
 * Where people see the change that was deployed: the merge request where its number is known, else the commit.
 *
 * Promises: an address is made only beneath the one that the sender gave for its project, from digits alone.
 * Called by the parsers of GitLab, GitHub and CodePipeline. Pure.
 *
 * Sources: GitLab "Commit message templates" (`See merge request group/project!12`) and "Merge request pipelines"
 * (`refs/merge-requests/12/head`); GitHub "About merge methods" (`Merge pull request #12 from …`, `Title (#12)`).
 */
import { link } from '../alert/read.ts';

/** What a notice tells of the change: the project's page, the whole commit message, the ref, the commit. */
export type Told = {
  page: unknown;
  message?: string | undefined;
  ref?: string | undefined;
  commit?: string | undefined;
};

/** Longest part of a commit message that is looked at. */
const MESSAGE_CHARACTERS = 4000;

export function gitlabChange({ page, message = '', ref = '', commit }: Told): string | undefined {
  const project = link(page)?.replace(/\/+$/, '');
  if (project === undefined) return undefined;
  const number =
    /^refs\/merge-requests\/([0-9]{1,9})\//.exec(ref)?.[1] ??
    /^See merge request [^\s!]{0,300}!([0-9]{1,9})$/m.exec(message.slice(-MESSAGE_CHARACTERS))?.[1];
  if (number !== undefined) return `${project}/-/merge_requests/${number}`;
  return commit === undefined ? undefined : `${project}/-/commit/${encodeURIComponent(commit)}`;
}

export function githubChange({ page, message = '', ref = '', commit }: Told): string | undefined {
  const repository = link(page)?.replace(/\/+$/, '');
  if (repository === undefined) return undefined;
  const title = message.slice(0, MESSAGE_CHARACTERS).split('\n', 1)[0]!.trimEnd();
  const number =
    /^refs\/pull\/([0-9]{1,9})\//.exec(ref)?.[1] ??
    /^Merge pull request #([0-9]{1,9}) /.exec(title)?.[1] ??
    /\(#([0-9]{1,9})\)$/.exec(title)?.[1];
  if (number !== undefined) return `${repository}/pull/${number}`;
  return commit === undefined ? undefined : `${repository}/commit/${encodeURIComponent(commit)}`;
}
