// The calls of the Git data API and of pull requests that the fake GitHub answers.
import type { FakeCommit, FakeGit, FakePullRequest } from './github-git.ts'
import { type Answer, answer, type Call, type Route } from './github-routes.ts'

const NOT_FOUND = answer(404, { message: 'Not Found' })
const UNPROCESSABLE = (message: string) => answer(422, { message })

const READ = ['contents: read']
const WRITE = ['contents: write']

const branchOf = (ref = '') => ref.replace(/^(?:refs\/)?heads\//, '')

function showCommit(sha: string, { tree, parents, message }: FakeCommit) {
  return { sha, tree: { sha: tree }, parents: parents.map((parent) => ({ sha: parent })), message }
}

function moveRef({ body }: Call, ref: string | undefined, git: FakeGit): Answer {
  const branch = branchOf(ref)
  const [present, sha] = [git.branches.get(branch), String(body['sha'])]
  if (present === undefined) return UNPROCESSABLE('Reference does not exist')
  if (git.protectedBranches.has(branch))
    return UNPROCESSABLE(
      'Repository rule violations found: changes must be made through a pull request',
    )
  if (!body['force'] && !git.isAncestor(present, sha))
    return UNPROCESSABLE('Update is not a fast forward')
  git.branches.set(branch, sha)
  return answer(200, { ref: `refs/heads/${branch}`, object: { sha } })
}

function showPull(pull: FakePullRequest, fullName: string) {
  return {
    ...pull,
    head: { ref: pull.head },
    base: { ref: pull.base },
    html_url: `https://github.com/${fullName}/pull/${pull.number}`,
  }
}

export const GIT_ROUTES: Readonly<Record<string, Route>> = {
  'GET /repos/:/:/git/ref/:': {
    permissions: READ,
    act: (_call, [ref], { git }) => {
      const sha = git.branches.get(branchOf(ref))
      return sha ? answer(200, { ref: `refs/${ref}`, object: { type: 'commit', sha } }) : NOT_FOUND
    },
  },
  'GET /repos/:/:/git/commits/:': {
    permissions: READ,
    act: (_call, [sha = ''], { git }) => {
      const commit = git.commits.get(sha)
      return commit ? answer(200, showCommit(sha, commit)) : NOT_FOUND
    },
  },
  'GET /repos/:/:/git/trees/:': {
    permissions: READ,
    act: (_call, [sha = ''], { git }) => {
      const tree = [...(git.trees.get(sha) ?? [])].map(([path, entry]) => ({ path, ...entry }))
      return answer(200, { sha, tree, truncated: false })
    },
  },
  'GET /repos/:/:/git/blobs/:': {
    permissions: READ,
    act: (_call, [sha = ''], { git }) => {
      const content = Buffer.from(git.blobs.get(sha) ?? '').toString('base64')
      return answer(200, { sha, encoding: 'base64', content: content.replace(/.{60}/g, '$&\n') })
    },
  },
  'POST /repos/:/:/git/trees': {
    permissions: WRITE,
    act: ({ body }, _values, { git }) => {
      const changes = body['tree'] as Parameters<FakeGit['addTree']>[1]
      const base = git.trees.has(String(body['base_tree'])) ? String(body['base_tree']) : undefined
      return answer(201, { sha: git.addTree(base, changes) })
    },
  },
  'POST /repos/:/:/git/commits': {
    permissions: WRITE,
    act: ({ body }, _values, { git }) => {
      const { tree, parents, message, author } = body
      const commit = {
        tree: String(tree),
        parents: parents as string[],
        message: String(message),
        author,
      }
      const sha = git.addCommit(commit)
      return answer(201, showCommit(sha, commit))
    },
  },
  'POST /repos/:/:/git/refs': {
    permissions: WRITE,
    act: ({ body }, _values, { git }) => {
      const branch = branchOf(String(body['ref']))
      if (git.branches.has(branch)) return UNPROCESSABLE('Reference already exists')
      git.branches.set(branch, String(body['sha']))
      return answer(201, { ref: body['ref'], object: { sha: body['sha'] } })
    },
  },
  'PATCH /repos/:/:/git/refs/:': {
    permissions: WRITE,
    act: (call, [ref], { git }) => moveRef(call, ref, git),
  },
  'GET /repos/:/:/pulls': {
    permissions: ['pull-requests: read'],
    act: ({ query }, _values, { git, fullName }) => {
      const head = query.get('head')?.split(':')[1]
      const found = git.pullRequests.filter(
        (pull) =>
          pull.state === query.get('state') &&
          pull.head === head &&
          pull.base === query.get('base'),
      )
      return answer(
        200,
        found.map((pull) => showPull(pull, fullName)),
      )
    },
  },
  'POST /repos/:/:/pulls': {
    permissions: ['pull-requests: write'],
    act: ({ body }, _values, { git, fullName }) => {
      const { title, body: text, head, base } = body
      const number = git.pullRequests.length + 1
      const pull = {
        number,
        head: String(head),
        base: String(base),
        title: String(title),
        body: String(text),
        state: 'open' as const,
      }
      git.pullRequests.push(pull)
      return answer(201, showPull(pull, fullName))
    },
  },
  'PATCH /repos/:/:/pulls/:': {
    permissions: ['pull-requests: write'],
    act: ({ body }, [number], { git, fullName }) => {
      const pull = git.pullRequests.find((other) => String(other.number) === number)
      if (!pull) return NOT_FOUND
      pull.title = String(body['title'])
      pull.body = String(body['body'])
      return answer(200, showPull(pull, fullName))
    },
  },
}
