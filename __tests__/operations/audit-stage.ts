// A world for the audit: a registry and a GitHub in memory on one clock, with releases, tags and a
// ledger to set up in a line each.
import { pushEvent } from '../../scripts/stage/events.js'
import { parseEvent } from '../../src/event/parse-event.ts'
import { readInputs } from '../../src/inputs/read-inputs.ts'
import type { LedgerRecord } from '../../src/ledger/record.ts'
import type { AuditReport } from '../../src/notes/audit-report.ts'
import { replaceBlock } from '../../src/notes/marked-block.ts'
import { blockKey, type ImageRecord } from '../../src/notes/record.ts'
import { renderReleaseBlock } from '../../src/notes/release-note.ts'
import type { Digest } from '../../src/oci/digest.ts'
import { audit } from '../../src/operations/audit.ts'
import type { World } from '../../src/operations/operation.ts'
import { matchText } from '../../src/shell/match-text.ts'
import { FakeGitHub } from '../fakes/github.ts'
import { fakeRegistry } from '../fakes/registry.ts'
import { fakeExec, MemoryFiles, MemoryLog, VirtualClock } from '../fakes/world.ts'

export const IMAGE = 'localhost:5000/acme/app'
export const PATH = 'acme/app'
export const RUN = 'https://github.com/acme/app/actions/runs'

const TOKEN = 'token-of-the-run'
const PERMISSIONS = ['contents: read', 'deployments: read', 'packages: read']

interface Setting {
  readonly permissions?: readonly string[]
  /** Milliseconds that a call of GitHub's, and a request of the registry's, takes. */
  readonly githubMs?: number
  readonly registryMs?: number
  readonly files?: Readonly<Record<string, string>>
}

export function auditStage({
  permissions = PERMISSIONS,
  githubMs = 0,
  registryMs = 0,
  files: contents = {},
}: Setting = {}) {
  const clock = new VirtualClock({ start: Date.UTC(2026, 5, 30, 12) })
  const registry = fakeRegistry({ clock, latencyMs: registryMs })
  const each = [githubMs, githubMs] as const
  const hub = new FakeGitHub({ clock, latency: { GET: each, POST: each } })
  hub.addToken(TOKEN, permissions)
  const repository = hub.addRepository(PATH)
  const log = new MemoryLog()
  const files = new MemoryFiles(
    Object.fromEntries(Object.entries(contents).map(([path, text]) => [`./${path}`, text])),
  )
  const exec = fakeExec(({ file }) =>
    file === 'git' ? { stdout: Object.keys(contents).join('\0') } : { code: 1 },
  )

  /** An image with these tags; the same content has the same digest. */
  const image = (content: string, ...tags: string[]): Digest =>
    registry.addImage(PATH, { content, tags }).digest

  /** A move in the ledger; `day` of June 2026, at noon. */
  const move = (
    channel: string,
    digest: Digest,
    { day, state = 'success', login, environment = channel, ...more }: MoveFields,
  ) => {
    const record: LedgerRecord = {
      schema: 1,
      image: IMAGE,
      channel,
      digest,
      operation: 'promote',
      forced: false,
      run: `${RUN}/${day}`,
      ...more,
    }
    const createdAt = new Date(Date.UTC(2026, 5, 0, 12) + day * 86_400_000).toISOString()
    const fields = { environment, payload: record, createdAt, ...(login ? { login } : {}) }
    const deployment = repository.addDeployment(fields)
    repository.addStatus(deployment, { state, createdAt })
    return deployment
  }

  /** A release whose notes have our block. */
  const release = (version: string, digest: Digest, more: Partial<ImageRecord> = {}) => {
    const record: ImageRecord = {
      schema: 1,
      image: IMAGE,
      version,
      digest,
      tags: [version, 'git-aaaaaaa'],
      platforms: {},
      revision: 'a'.repeat(40),
      builtAt: '2026-06-01T00:00:00Z',
      run: `${RUN}/1`,
      ...more,
    }
    const body = replaceBlock('Notes', blockKey(record), renderReleaseBlock(record))
    return repository.addRelease(`v${version}`, { body, publishedAt: '2026-06-01T00:00:00Z' })
  }

  /** One run; outputs are kept also when it rejects. */
  const run = async (given: Readonly<Record<string, string>> = {}) => {
    const outputs: Record<string, string> = {}
    const summaries: string[] = []
    const world: World = {
      http: registry.http,
      exec,
      files,
      clock,
      log,
      environment: { HOME: '/home' },
      event: parseEvent(pushEvent({ sha: 'a'.repeat(40) })),
      isCommandLine: false,
      signal: new AbortController().signal,
      match: matchText,
      github: (token) => hub.request(token),
      output: (name, value) => {
        outputs[name] = value
      },
      summary: async (markdown) => {
        summaries.push(markdown)
      },
    }
    const all: Readonly<Record<string, string>> = {
      'github-token': TOKEN,
      images: IMAGE,
      ...given,
    }
    const error = await Promise.resolve()
      .then(() => audit.run(readInputs(audit.inputs, { given: (name) => all[name] }), world))
      .then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
    const report: AuditReport | undefined = outputs['json']
      ? JSON.parse(outputs['json'])
      : undefined
    return { outputs, summary: summaries.join('\n'), error, report, ...viewOf(report) }
  }

  const read = (path: string) => new TextDecoder().decode(files.contents.get(path))
  return { clock, registry, hub, repository, log, files, image, move, release, run, read }
}

interface MoveFields extends Partial<LedgerRecord> {
  readonly day: number
  readonly state?: string
  readonly login?: string
  readonly environment?: string
}

/** The first image's parts by name. */
function viewOf(report: AuditReport | undefined) {
  const image = report?.images[0]
  return {
    channel: (name: string) => image?.channels.find(({ channel }) => channel === name),
    releases: image?.releases,
    filesSeen: image?.files,
    kinds: report?.drift.map(({ kind, where }) => `${kind} ${where}`),
  }
}

export type AuditStage = ReturnType<typeof auditStage>

/** 1.0.0 and 1.1.0 went through staging into prod, and everything agrees. */
export function shipped(stage: AuditStage) {
  const old = stage.image('old', '1.0.0')
  const now = stage.image('now', '1.1.0', 'staging', 'prod')
  stage.release('1.0.0', old)
  stage.release('1.1.0', now)
  stage.move('staging', old, { day: 1, version: '1.0.0' })
  stage.move('prod', old, { day: 2, version: '1.0.0' })
  stage.move('staging', now, { day: 8, version: '1.1.0' })
  stage.move('prod', now, { day: 9, version: '1.1.0', reason: 'at last' })
  return { old, now }
}
