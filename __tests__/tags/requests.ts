// Events and requests of the tests, made the way a run makes them.
import type { WorkflowEvent } from '../../src/event/event.ts'
import { parseEvent } from '../../src/event/parse-event.ts'
import type { TagRequest } from '../../src/tags/request.ts'
import { resolveTags } from '../../src/tags/resolve.ts'

export const SHA = '860c1904a1ce19322e91ac35af1ab07466440c37'
const HEAD_SHA = 'c0ffee1234567890c0ffee1234567890c0ffee12'
/** A Friday. */
export const NOW = Date.UTC(2026, 6, 24, 22, 5, 9, 7)

const REPOSITORY = {
  name: 'app',
  full_name: 'acme/app',
  owner: { login: 'acme' },
  default_branch: 'main',
  description: 'An app',
  html_url: 'https://github.com/acme/app',
  license: { spdx_id: 'MIT' },
}

/** `payload` is laid over one that knows the repository. */
export function eventOf(
  name: string,
  ref: string,
  payload: Readonly<Record<string, unknown>> = {},
): WorkflowEvent {
  return parseEvent({
    environment: {
      GITHUB_EVENT_NAME: name,
      GITHUB_REF: ref,
      GITHUB_SHA: SHA,
      GITHUB_REPOSITORY: 'acme/app',
    },
    payload: { repository: REPOSITORY, ...payload },
  })
}

export const push = (branch: string) => eventOf('push', `refs/heads/${branch}`)
export const tagPush = (tag: string) => eventOf('push', `refs/tags/${tag}`)

export function releaseOf(tag: string, { action = 'published', prerelease = false } = {}) {
  return eventOf('release', `refs/tags/${tag}`, {
    action,
    release: { id: 7, tag_name: tag, prerelease, draft: false, html_url: 'https://x/7' },
  })
}

export function pullRequest(name = 'pull_request', headRepository = 'acme/app') {
  const head = { sha: HEAD_SHA, ref: 'feat/x', repo: { full_name: headRepository } }
  const payload = {
    number: 7,
    pull_request: { number: 7, state: 'open', head, base: { ref: 'main' } },
  }
  return eventOf(name, name === 'pull_request' ? 'refs/pull/7/merge' : 'refs/heads/main', payload)
}

export function workflowRun(branch: string, headRepository = 'acme/app') {
  const run = {
    head_sha: HEAD_SHA,
    head_branch: branch,
    head_repository: { full_name: headRepository },
  }
  return eventOf('workflow_run', 'refs/heads/main', { action: 'completed', workflow_run: run })
}

export function mergeGroup() {
  const branch = `gh-readonly-queue/main/pr-104-${HEAD_SHA}`
  const group = { head_sha: SHA, head_ref: `refs/heads/${branch}`, base_ref: 'refs/heads/main' }
  return eventOf('merge_group', `refs/heads/${branch}`, { merge_group: group })
}

export function requestOf(change: Partial<TagRequest> & { event: WorkflowEvent }): TagRequest {
  return {
    rules: '',
    defaultRules: 'standard',
    flavor: '',
    channels: ['dev', 'staging', 'prod'],
    variant: '',
    tagPrefix: '',
    floating: true,
    allowLatest: false,
    allowEmpty: false,
    shaLength: 7,
    now: NOW,
    ...change,
  }
}

/** The names of the tags, in order, with one blank between. */
export function namesOf(request: Partial<TagRequest> & { event: WorkflowEvent }): string {
  return resolveTags(requestOf(request))
    .tags.map(({ name }) => name)
    .join(' ')
}
