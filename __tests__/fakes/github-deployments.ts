// The fake GitHub's deployments: the REST calls, and the two GraphQL queries we send.
import { type Act, answer, page, type Route } from './github-routes.ts'
import type { FakeDeployment, FakeRepository, FakeStatus } from './github-state.ts'

const NOT_FOUND = answer(404, { message: 'Not Found' })
const STATES = ['error', 'failure', 'inactive', 'in_progress', 'queued', 'pending', 'success']
const GRAPHQL_PAGE = 100

function isKnown(repository: FakeRepository, ref: string): boolean {
  const isBranch = ref === repository.defaultBranch
  const isTag = repository.releases.some(({ tag }) => tag === ref)
  return isBranch || isTag || repository.commits.size === 0 || repository.commits.has(ref)
}

/** `auto_merge` and `required_contexts` default to what nobody wants, as GitHub's do. */
const create: Act = ({ body, login }, _values, repository) => {
  const ref = String(body['ref'] ?? '')
  if (!isKnown(repository, ref)) return answer(422, { message: `No ref found for: ${ref}` })
  if (body['auto_merge'] !== false) return answer(202, { message: 'Auto-merged' })
  if (!Array.isArray(body['required_contexts']) || body['required_contexts'].length > 0)
    return answer(409, { message: 'Conflict: Commit status checks failed' })
  const deployment = repository.addDeployment({
    task: String(body['task'] ?? 'deploy'),
    environment: String(body['environment'] ?? 'production'),
    payload: structuredClone(body['payload']),
    production: body['production_environment'] === true,
    sha: ref,
    login,
  })
  return answer(201, showDeployment(deployment))
}

const setStatus: Act = ({ body }, [id], repository) => {
  const deployment = byId(repository, id)
  if (!deployment) return NOT_FOUND
  const [state, description] = [String(body['state']), String(body['description'] ?? '')]
  if (!STATES.includes(state) || description.length > 140)
    return answer(422, { message: 'Validation Failed' })
  const logUrl = String(body['log_url'] ?? '')
  const autoInactive = body['auto_inactive']
  const status = repository.addStatus(deployment, { state, description, logUrl, autoInactive })
  return answer(201, showStatus(status))
}

const list: Act = (call, _values, repository) => {
  const fits = (name: 'environment' | 'task') => (deployment: FakeDeployment) =>
    !call.query.has(name) || deployment[name] === call.query.get(name)
  const found = repository.deployments.filter(fits('environment')).filter(fits('task'))
  return page(call, found.toReversed().map(showDeployment))
}

const listStatuses: Act = (call, [id], repository) => {
  const deployment = byId(repository, id)
  return deployment ? page(call, deployment.statuses.toReversed().map(showStatus)) : NOT_FOUND
}

export const DEPLOYMENT_ROUTES: Readonly<Record<string, Route>> = {
  'GET /repos/:/:/deployments': { permissions: ['deployments: read'], act: list },
  'POST /repos/:/:/deployments': { permissions: ['deployments: write'], act: create },
  'GET /repos/:/:/deployments/:/statuses': {
    permissions: ['deployments: read'],
    act: listStatuses,
  },
  'POST /repos/:/:/deployments/:/statuses': {
    permissions: ['deployments: write'],
    act: setStatus,
  },
}

/** The connection of the newest; app logins lack their `[bot]`, payloads are JSON. */
export function answerNewest(repository: FakeRepository, variables: unknown): object {
  const { environments } = variables as { environments: string[] }
  const asked = repository.deployments.filter(({ environment }) =>
    environments.includes(environment),
  )
  return {
    totalCount: asked.length,
    pageInfo: { hasNextPage: asked.length > GRAPHQL_PAGE },
    nodes: asked.toReversed().slice(0, GRAPHQL_PAGE).map(showNode),
  }
}

/** Those of the ids asked for; null for each that is none. */
export function answerNodes(
  repositories: Iterable<FakeRepository>,
  variables: unknown,
): (object | null)[] {
  const { ids } = variables as { ids: string[] }
  const all = [...repositories].flatMap(({ deployments }) => deployments)
  const nodes = new Map(all.map((deployment) => [nodeIdOf(deployment), deployment]))
  return ids.map((id) => {
    const deployment = nodes.get(id)
    return deployment ? { id, ...showStatuses(deployment) } : null
  })
}

function nodeIdOf({ id }: FakeDeployment): string {
  return `node-${id}`
}

function showStatuses({ statuses }: FakeDeployment) {
  const nodes = statuses.toReversed().map((status) => ({
    id: `status-${status.id}`,
    state: status.state.toUpperCase(),
    createdAt: status.createdAt,
  }))
  return { latestStatus: nodes[0] ? { id: nodes[0].id } : null, statuses: { nodes } }
}

function showNode(deployment: FakeDeployment) {
  const { id, task, environment, payload, sha, login, createdAt } = deployment
  const isBot = login.endsWith('[bot]')
  const bare = login.replace(/\[bot\]$/, '')
  return {
    databaseId: id,
    task,
    environment,
    payload: JSON.stringify(payload),
    createdAt,
    commitOid: sha,
    creator: login === '' ? null : { __typename: isBot ? 'Bot' : 'User', login: bare },
    ...showStatuses(deployment),
  }
}

function byId(repository: FakeRepository, id: string | undefined): FakeDeployment | undefined {
  return repository.deployments.find((deployment) => String(deployment.id) === id)
}

function showDeployment(deployment: FakeDeployment): Record<string, unknown> {
  const { id, task, environment, payload, sha, login, createdAt } = deployment
  const type = login.endsWith('[bot]') ? 'Bot' : 'User'
  const creator = login === '' ? null : { login, type }
  const named = { id, node_id: nodeIdOf(deployment), task, environment }
  return { ...named, payload, sha, creator, created_at: createdAt }
}

function showStatus({ id, state, description, logUrl, createdAt }: FakeStatus) {
  return { id, state, description, log_url: logUrl, created_at: createdAt }
}
