// Events of the repository acme/app as GitHub tells of them: the variables a runner sets, and the
// webhook payloads that tests of events and of tags share.
import type { WorkflowEvent } from '../../src/event/event.ts'
import { parseEvent } from '../../src/event/parse-event.ts'

export const SHA = '860c1904a1ce19322e91ac35af1ab07466440c37'
/** Of a pull request, and of the run that a workflow run follows. */
export const HEAD_SHA = 'c0ffee1234567890c0ffee1234567890c0ffee12'
export const HEAD_TIME = '2026-07-24T22:05:09+02:00'
export const QUEUE_BRANCH = `gh-readonly-queue/main/pr-104-${HEAD_SHA}`

export const REPOSITORY = {
  name: 'app',
  full_name: 'acme/app',
  owner: { login: 'acme' },
  default_branch: 'main',
  description: 'An app',
  html_url: 'https://github.com/acme/app',
  license: { spdx_id: 'MIT' },
  private: true,
}

/** `payload` is all there is of it: not even the repository is added. */
export function readEvent(
  name: string,
  ref: string,
  payload: unknown = {},
  more: Readonly<Record<string, string>> = {},
): WorkflowEvent {
  const environment = {
    GITHUB_EVENT_NAME: name,
    GITHUB_REF: ref,
    GITHUB_SHA: SHA,
    GITHUB_REPOSITORY: 'acme/app',
    GITHUB_ACTOR: 'ann',
    GITHUB_RUN_ID: '12',
    GITHUB_RUN_ATTEMPT: '2',
    ...more,
  }
  return parseEvent({ environment, payload })
}

/** `more` is laid over the pull request. */
export const pullRequestPayload = (headRepository: unknown, more: object = {}) => ({
  action: 'synchronize',
  number: 7,
  pull_request: {
    number: 7,
    state: 'open',
    head: { sha: HEAD_SHA, ref: 'feat/x', repo: headRepository },
    base: { ref: 'main' },
    ...more,
  },
})

export const workflowRunPayload = (headRepository: unknown, branch = 'feat/x') => ({
  action: 'completed',
  workflow_run: {
    head_sha: HEAD_SHA,
    head_branch: branch,
    head_repository: headRepository,
    head_commit: { id: HEAD_SHA, timestamp: HEAD_TIME },
  },
})

export const mergeGroupPayload = () => ({
  merge_group: {
    head_sha: SHA,
    head_ref: `refs/heads/${QUEUE_BRANCH}`,
    base_ref: 'refs/heads/main',
  },
})
