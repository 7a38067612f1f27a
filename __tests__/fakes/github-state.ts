// What the fake GitHub holds of one repository, and how it shows it: the fields of GitHub's own
// answers that clients read, with the addresses they follow.

export interface FakeRelease {
  readonly id: number
  readonly tag: string
  body: string | null
  draft: boolean
  prerelease: boolean
  target: string
  /** Its commit changes workflow files: only edits that name the default branch get through. */
  workflowLocked: boolean
}

export interface FakeComment {
  readonly id: number
  readonly issue: number
  readonly login: string
  body: string
}

export class FakeRepository {
  readonly releases: FakeRelease[] = []
  readonly comments: FakeComment[] = []
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
    }
  }

  showRelease(release: FakeRelease): Record<string, unknown> {
    const { id, tag, body, draft, prerelease, target } = release
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
      published_at: draft ? null : this.now(),
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
