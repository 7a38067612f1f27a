// The event a workflow runs for, as one value made from values: the runner's variables and the
// webhook payload. Says what happened; what follows from it is the tag rules' business.

export interface EventRepository {
  readonly owner: string
  readonly name: string
  readonly defaultBranch?: string
  /** Empty: there is none; absent: nobody told. */
  readonly description?: string
  /** Web address, also the `source` and `url` label. */
  readonly url: string
  /** SPDX identifier; left out when unknown or NOASSERTION. */
  readonly license?: string
  readonly private?: boolean
}

export interface PullRequest {
  readonly number: number
  readonly headSha: string
  readonly headBranch: string
  readonly baseBranch: string
  /** The head is in another repository, or the payload does not say that it is in this one. */
  readonly fromFork: boolean
  readonly open: boolean
}

export interface Release {
  readonly id: number
  readonly tag: string
  readonly prerelease: boolean
  readonly draft: boolean
  readonly url: string
}

export interface WorkflowEvent {
  /** GITHUB_EVENT_NAME; empty when there is none. */
  readonly name: string
  /** `published`, `closed`, …; from the payload. */
  readonly action?: string
  /**
   * GITHUB_REF in full, such as `refs/heads/main`; on pull_request_target `refs/pull/<n>/merge`.
   */
  readonly ref: string
  /** Branch of `refs/heads/…`. */
  readonly branch?: string
  /** Tag of `refs/tags/…`. */
  readonly tag?: string
  /** GITHUB_SHA. */
  readonly sha: string
  /** The commit people mean: a pull request's head, the triggering run's commit, else `sha`. */
  readonly revision: string
  /** When that commit was made, in milliseconds, where the payload says so. */
  readonly committedAt?: number
  readonly repository: EventRepository
  readonly actor: string
  /**
   * The run that works on the event; on the command line there is none, and id and url are empty.
   */
  readonly run: { readonly id: string; readonly attempt: number; readonly url: string }
  readonly pullRequest?: PullRequest
  readonly release?: Release
  /** The pull request a merge group or its branch name tells of. */
  readonly mergeGroup?: { readonly headSha: string; readonly pullRequest?: number }
  readonly workflowRun?: {
    readonly headSha: string
    readonly headBranch: string
    readonly fromFork: boolean
  }
  /**
   * The webhook payload, for expressions that read deeper. Foreign text: nothing in it is trusted.
   */
  readonly payload: Readonly<Record<string, unknown>>
}
