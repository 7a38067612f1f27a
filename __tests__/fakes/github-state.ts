// What the fake GitHub holds of one repository, and how it shows it: the fields of GitHub's own
// answers that clients read, with the addresses they follow.
import { FakeGit } from './github-git.ts'
import type { FakePackage } from './github-packages.ts'

export interface FakeRelease {
  readonly id: number
  readonly tag: string
  body: string | null
  draft: boolean
  prerelease: boolean
  target: string
  /** Default: now. */
  publishedAt?: string
  /** Its commit changes workflow files: only edits that name the default branch get through. */
  workflowLocked: boolean
}

export interface FakeComment {
  readonly id: number
  readonly issue: number
  readonly login: string
  body: string
}

export interface FakeStatus {
  readonly id: number
  readonly state: string
  readonly description: string
  readonly logUrl: string
  readonly autoInactive: unknown
  readonly createdAt: string
}

export interface FakeDeployment {
  readonly id: number
  readonly task: string
  readonly environment: string
  readonly payload: unknown
  readonly sha: string
  readonly login: string
  readonly production: boolean
  readonly createdAt: string
  /** Oldest first. */
  readonly statuses: FakeStatus[]
}

export class FakeRepository {
  readonly releases: FakeRelease[] = []
  /** Oldest first. */
  readonly deployments: FakeDeployment[] = []
  readonly comments: FakeComment[] = []
  readonly git = new FakeGit()
  /** The container package of the same name. Default: none. */
  container: FakePackage | undefined
  /** Commit to its parents; the first parent's line is its history. */
  readonly commits = new Map<string, readonly string[]>()
  readonly fullName: string
  readonly defaultBranch: string
  private readonly now: () => string
  private lastId = 100

  constructor(fullName: string, defaultBranch: string, now: () => string) {
    this.fullName = fullName
    this.defaultBranch = defaultBranch
    this.now = now
  }

  addRelease(tag: string, fields: Partial<Omit<FakeRelease, 'id' | 'tag'>> = {}): FakeRelease {
    const release = {
      id: ++this.lastId,
      tag,
      body: '',
      draft: false,
      prerelease: false,
      target: this.defaultBranch,
      workflowLocked: false,
      ...fields,
    }
    this.releases.push(release)
    return release
  }

  addComment(issue: number, login: string, body: string): FakeComment {
    const comment = { id: ++this.lastId, issue, login, body }
    this.comments.push(comment)
    return comment
  }

  /** `states`: the statuses it has, one second apart. */
  addDeployment(fields: Partial<FakeDeployment>, ...states: string[]): FakeDeployment {
    const deployment = {
      id: ++this.lastId,
      task: 'image-release',
      environment: 'dev',
      payload: {},
      sha: 'c'.repeat(40),
      login: 'github-actions[bot]',
      production: false,
      createdAt: this.now(),
      statuses: [],
      ...fields,
    }
    this.deployments.push(deployment)
    for (const [second, state] of states.entries())
      this.addStatus(deployment, { state, createdAt: later(deployment.createdAt, second) })
    return deployment
  }

  addStatus(deployment: FakeDeployment, fields: Partial<FakeStatus>): FakeStatus {
    const id = ++this.lastId
    const createdAt = this.now()
    const plain = { id, state: '', description: '', logUrl: '', autoInactive: true, createdAt }
    const status = { ...plain, ...fields }
    deployment.statuses.push(status)
    return status
  }

  showRepository(): Record<string, unknown> {
    const [owner = '', name = ''] = this.fullName.split('/')
    return {
      id: 1,
      name,
      full_name: this.fullName,
      private: false,
      owner: showUser(owner),
      html_url: this.page(''),
      default_branch: this.defaultBranch,
      description: 'An application',
      license: { key: 'mit', spdx_id: 'MIT' },
    }
  }

  showRelease(release: FakeRelease): Record<string, unknown> {
    const { id, tag, body, draft, prerelease, target, publishedAt = this.now() } = release
    return {
      id,
      tag_name: tag,
      name: tag,
      body,
      draft,
      prerelease,
      immutable: false,
      target_commitish: target,
      html_url: this.page(`/releases/tag/${tag}`),
      url: `https://api.github.com/repos/${this.fullName}/releases/${id}`,
      author: showUser('octocat'),
      assets: [],
      created_at: this.now(),
      published_at: draft ? null : publishedAt,
    }
  }

  showComment({ id, issue, login, body }: FakeComment): Record<string, unknown> {
    return {
      id,
      body,
      user: showUser(login),
      html_url: this.page(`/pull/${issue}#issuecomment-${id}`),
      created_at: this.now(),
      updated_at: this.now(),
    }
  }

  private page(path: string): string {
    return `https://github.com/${this.fullName}${path}`
  }
}

function showUser(login: string): Record<string, unknown> {
  return { login, id: 1, type: login.endsWith('[bot]') ? 'Bot' : 'User' }
}

function later(time: string, seconds: number): string {
  return new Date(Date.parse(time) + seconds * 1000).toISOString().replace('.000Z', 'Z')
}
