// Reads the event from what the runner hands a step: GITHUB_* variables and the webhook payload
// (docs.github.com, "Events that trigger workflows" and "Webhook events and payloads"). What the
// payload lacks comes from the variables; what neither has is absent. A called workflow
// (workflow_call) has its caller's event, so there is nothing to read for it.
import type { JsonObject } from '../oci/json.ts'
import type { Environment } from '../ports.ts'
import type { EventRepository, PullRequest, Release, WorkflowEvent } from './event.ts'
import { flagAt, listAt, numberAt, objectAt, present, textAt } from './payload.ts'

type WorkflowRun = NonNullable<WorkflowEvent['workflowRun']>

interface Sources {
  readonly environment: Environment
  readonly payload: JsonObject
}

/** Never throws. `payload`: the parsed event file; anything but an object counts as none. */
export function parseEvent(from: { environment: Environment; payload: unknown }): WorkflowEvent {
  const { environment } = from
  const payload = objectAt(from.payload) ?? {}
  const sources = { environment, payload }
  const name = environment['GITHUB_EVENT_NAME'] ?? ''
  const repository = repositoryOf(sources)
  const release = releaseOf(payload)
  const workflowRun = name === 'workflow_run' ? workflowRunOf(sources) : undefined
  const ref = refOf(sources, release, workflowRun)
  const pullRequest = pullRequestOf(sources, ref)
  const branch = workflowRun?.fromFork ? undefined : after('refs/heads/', ref)
  const mergeGroup = mergeGroupOf(payload, branch)
  const sha = environment['GITHUB_SHA'] ?? ''
  const revision = pullRequest?.headSha || workflowRun?.headSha || mergeGroup?.headSha || sha
  return present({
    name,
    action: textAt(payload, 'action'),
    ref,
    branch,
    tag: after('refs/tags/', ref),
    sha,
    revision,
    committedAt: commitTime(payload, revision),
    repository,
    actor: environment['GITHUB_ACTOR'] || textAt(payload, 'sender', 'login') || '',
    run: runOf(environment, repository),
    pullRequest,
    release,
    mergeGroup,
    workflowRun,
    payload,
  })
}

function after(prefix: string, text: string): string | undefined {
  return text.startsWith(prefix) && text.length > prefix.length
    ? text.slice(prefix.length)
    : undefined
}

const COMMIT = /^[0-9a-f]{7,64}$/i

function commitAt(value: unknown, ...path: readonly string[]): string | undefined {
  const text = textAt(value, ...path)
  return text && COMMIT.test(text) ? text : undefined
}

/**
 * GITHUB_REF, but where it names the default branch although the event is about something else:
 * a pull_request_target's pull request, a workflow_run's branch, a release's tag.
 */
function refOf(
  { environment, payload }: Sources,
  release: Release | undefined,
  workflowRun: WorkflowRun | undefined,
): string {
  const name = environment['GITHUB_EVENT_NAME']
  const ref = environment['GITHUB_REF'] ?? ''
  const number = numberAt(payload, 'number') ?? numberAt(payload, 'pull_request', 'number')
  if (name === 'pull_request_target' && number) return `refs/pull/${number}/merge`
  if (name === 'release' && release && !ref.startsWith('refs/tags/'))
    return `refs/tags/${release.tag}`
  if (workflowRun?.headBranch && !workflowRun.fromFork)
    return `refs/heads/${workflowRun.headBranch}`
  return ref
}

function repositoryOf({ environment, payload }: Sources): EventRepository {
  const [ownerName = '', repositoryName = ''] = (environment['GITHUB_REPOSITORY'] ?? '').split('/')
  const owner = ownerName || textAt(payload, 'repository', 'owner', 'login') || ''
  const name = repositoryName || textAt(payload, 'repository', 'name') || ''
  const license = textAt(payload, 'repository', 'license', 'spdx_id')
  const url = textAt(payload, 'repository', 'html_url')
  return present({
    owner,
    name,
    defaultBranch: textAt(payload, 'repository', 'default_branch'),
    description: descriptionOf(payload),
    url: url && /^https?:\/\//.test(url) ? url : `${serverOf(environment)}/${owner}/${name}`,
    license: license === 'NOASSERTION' ? undefined : license,
    private: flagAt(payload, 'repository', 'private'),
  })
}

/** Empty where the payload says that there is none. */
function descriptionOf(payload: JsonObject): string | undefined {
  const found = objectAt(payload, 'repository') ?? {}
  if (!Object.hasOwn(found, 'description')) return undefined
  return textAt(found, 'description') ?? ''
}

function serverOf(environment: Environment): string {
  return environment['GITHUB_SERVER_URL'] || 'https://github.com'
}

function runOf(environment: Environment, { owner, name }: EventRepository): WorkflowEvent['run'] {
  const id = environment['GITHUB_RUN_ID'] ?? ''
  return {
    id,
    attempt: Number(environment['GITHUB_RUN_ATTEMPT']) || 1,
    url: id === '' ? '' : `${serverOf(environment)}/${owner}/${name}/actions/runs/${id}`,
  }
}

/** Whether a head repository is another one than the event's. Unknown counts as another. */
function isFork(headRepository: string | undefined, { environment, payload }: Sources): boolean {
  const own = environment['GITHUB_REPOSITORY'] || textAt(payload, 'repository', 'full_name')
  return !headRepository || headRepository.toLowerCase() !== own?.toLowerCase()
}

function pullRequestOf(sources: Sources, ref: string): PullRequest | undefined {
  const { environment, payload } = sources
  const found = objectAt(payload, 'pull_request')
  const number = numberAt(found, 'number') ?? Number(/^refs\/pull\/(\d+)\//.exec(ref)?.[1])
  if (!number) return undefined
  return {
    number,
    headSha: commitAt(found, 'head', 'sha') ?? '',
    headBranch: textAt(found, 'head', 'ref') ?? environment['GITHUB_HEAD_REF'] ?? '',
    baseBranch: textAt(found, 'base', 'ref') ?? environment['GITHUB_BASE_REF'] ?? '',
    fromFork: isFork(textAt(found, 'head', 'repo', 'full_name'), sources),
    open: textAt(found, 'state') !== 'closed',
  }
}

function releaseOf(payload: JsonObject): Release | undefined {
  const found = objectAt(payload, 'release')
  const id = numberAt(found, 'id')
  const tag = textAt(found, 'tag_name')
  if (!id || !tag) return undefined
  return {
    id,
    tag,
    prerelease: flagAt(found, 'prerelease') ?? false,
    draft: flagAt(found, 'draft') ?? false,
    url: textAt(found, 'html_url') ?? '',
  }
}

const QUEUE_BRANCH = /^gh-readonly-queue\/.+\/pr-(\d+)-[0-9a-f]{40,64}$/

function mergeGroupOf(
  payload: JsonObject,
  branch: string | undefined,
): WorkflowEvent['mergeGroup'] {
  const group = objectAt(payload, 'merge_group')
  const head = branch ?? after('refs/heads/', textAt(group, 'head_ref') ?? '')
  const pullRequest = Number(QUEUE_BRANCH.exec(head ?? '')?.[1])
  if (!group && !pullRequest) return undefined
  const headSha = commitAt(group, 'head_sha') ?? ''
  return pullRequest ? { headSha, pullRequest } : { headSha }
}

function workflowRunOf(sources: Sources): WorkflowRun | undefined {
  const run = objectAt(sources.payload, 'workflow_run')
  const headSha = commitAt(run, 'head_sha')
  if (!run || !headSha) return undefined
  return {
    headSha,
    headBranch: textAt(run, 'head_branch') ?? '',
    fromFork: isFork(textAt(run, 'head_repository', 'full_name'), sources),
  }
}

/** The committer's time of a commit, from wherever the payload speaks of that very commit. */
function commitTime(payload: JsonObject, sha: string): number | undefined {
  const commits = [
    ...listAt(payload, 'commits'),
    objectAt(payload, 'head_commit'),
    objectAt(payload, 'workflow_run', 'head_commit'),
    objectAt(payload, 'merge_group', 'head_commit'),
  ]
  const stamp = commits.find((commit) => sha !== '' && textAt(commit, 'id') === sha)
  const time = Date.parse(textAt(stamp, 'timestamp') ?? '')
  return Number.isNaN(time) ? undefined : time
}
