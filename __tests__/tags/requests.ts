// Events and requests of the tests, made the way a run makes them.
import type { WorkflowEvent } from '../../src/event/event.ts'
import type { TagRequest } from '../../src/tags/request.ts'
import { resolveTags } from '../../src/tags/resolve.ts'
import {
  mergeGroupPayload,
  pullRequestPayload,
  QUEUE_BRANCH,
  REPOSITORY,
  readEvent,
  workflowRunPayload,
} from '../event/webhook.ts'

/** A Friday. */
export const NOW = Date.UTC(2026, 6, 24, 22, 5, 9, 7)

/** `payload` is laid over one that knows the repository. */
export function eventOf(
  name: string,
  ref: string,
  payload: Readonly<Record<string, unknown>> = {},
): WorkflowEvent {
  return readEvent(name, ref, { repository: REPOSITORY, ...payload })
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
  const ref = name === 'pull_request' ? 'refs/pull/7/merge' : 'refs/heads/main'
  return eventOf(name, ref, pullRequestPayload({ full_name: headRepository }))
}

export function workflowRun(branch: string, headRepository = 'acme/app') {
  const payload = workflowRunPayload({ full_name: headRepository }, branch)
  return eventOf('workflow_run', 'refs/heads/main', payload)
}

export function mergeGroup() {
  return eventOf('merge_group', `refs/heads/${QUEUE_BRANCH}`, mergeGroupPayload())
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

export const RC = tagPush('v2.0.0-rc.1')
export const FINAL = tagPush('v1.4.2')
/** The name is a plain version's, the release's checkbox says prerelease. */
export const CHECKED = releaseOf('v4.0.5', { prerelease: true })

export const SEMVER = 'type=semver,pattern={{version}}\ntype=semver,pattern={{major}}.{{minor}}'

/** Rules for the whole version and each of its lines. */
export const versionRules = (type: 'semver' | 'pep440') =>
  ['{{version}}', '{{major}}.{{minor}}', '{{major}}']
    .map((pattern) => `type=${type},pattern=${pattern}`)
    .join('\n')
