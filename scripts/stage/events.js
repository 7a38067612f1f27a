// Events as a runner hands them over: variables and webhook payload, of the repository acme/app.

/**
 * @typedef {{ environment: Record<string, string>, payload: Record<string, unknown> }} StagedEvent
 */

export const OWNER = 'acme'
export const NAME = 'app'

/**
 * @param {string} name
 * @param {{ ref: string, sha: string, payload?: Record<string, unknown>, actor?: string }} facts
 * @returns {StagedEvent}
 */
function stage(name, { ref, sha, payload = {}, actor = 'octocat' }) {
  return {
    environment: {
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: name,
      GITHUB_REF: ref,
      GITHUB_SHA: sha,
      GITHUB_REPOSITORY: `${OWNER}/${NAME}`,
      GITHUB_ACTOR: actor,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_RUN_ID: '1',
      GITHUB_RUN_ATTEMPT: '1',
    },
    payload: { repository: REPOSITORY, ...payload },
  }
}

const REPOSITORY = {
  name: NAME,
  full_name: `${OWNER}/${NAME}`,
  owner: { login: OWNER },
  default_branch: 'main',
  description: 'A sample application',
  html_url: `https://github.com/${OWNER}/${NAME}`,
  license: { spdx_id: 'Apache-2.0' },
  private: false,
}

/**
 * @param {{ sha: string, tag: string, id?: number, action?: string, prerelease?: boolean }} facts
 */
export function releaseEvent({ sha, tag, id = 1, action = 'published', prerelease = false }) {
  const release = {
    id,
    tag_name: tag,
    prerelease,
    draft: false,
    html_url: `https://github.com/${OWNER}/${NAME}/releases/tag/${tag}`,
  }
  return stage('release', { ref: `refs/tags/${tag}`, sha, payload: { action, release } })
}

/** @param {{ sha: string, tag: string }} facts */
export function tagPushEvent({ sha, tag }) {
  return stage('push', { ref: `refs/tags/${tag}`, sha })
}

/** @param {{ sha: string, branch?: string, actor?: string }} facts */
export function pushEvent({ sha, branch = 'main', actor = 'octocat' }) {
  return stage('push', { ref: `refs/heads/${branch}`, sha, actor })
}

/** @param {{ sha: string, branch?: string }} facts */
export function dispatchEvent({ sha, branch = 'main' }) {
  return stage('workflow_dispatch', { ref: `refs/heads/${branch}`, sha })
}

/** @param {{ sha: string }} facts */
export function scheduleEvent({ sha }) {
  return stage('schedule', { ref: 'refs/heads/main', sha, payload: { schedule: '0 3 * * *' } })
}

/** @param {{ sha: string, number?: number }} facts */
export function mergeGroupEvent({ sha, number = 7 }) {
  const ref = `refs/heads/gh-readonly-queue/main/pr-${number}-${sha}`
  const group = { head_sha: sha, head_ref: ref, base_ref: 'refs/heads/main' }
  return stage('merge_group', { ref, sha, payload: { merge_group: group } })
}

/** What GITHUB_SHA is on a pull request: GitHub's own merge of head and base. */
const MERGE_SHA = '3'.repeat(40)

/**
 * `sha` is the head's, in the repository itself unless `fork` names the owner of another.
 * @param {{ sha: string, number?: number, fork?: string, actor?: string, action?: string }} facts
 */
export function pullRequestEvent({ sha, number = 7, fork, actor, action = 'synchronize' }) {
  const owner = fork ?? OWNER
  const pull = {
    number,
    state: action === 'closed' ? 'closed' : 'open',
    head: {
      sha,
      ref: 'feature',
      repo: { full_name: `${owner}/${NAME}`, owner: { login: owner }, fork: fork !== undefined },
    },
    base: { ref: 'main', repo: { full_name: `${OWNER}/${NAME}` } },
  }
  return stage('pull_request', {
    ref: `refs/pull/${number}/merge`,
    sha: MERGE_SHA,
    payload: { action, number, pull_request: pull },
    ...(actor === undefined ? {} : { actor }),
  })
}
