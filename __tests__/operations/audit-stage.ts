// The stage of the audit: releases, tags and a ledger to set up in a line each, and files that Git
// lists.
import { pushEvent } from '../../scripts/stage/events.js'
import type { LedgerRecord } from '../../src/ledger/record.ts'
import type { AuditReport } from '../../src/notes/audit-report.ts'
import { replaceBlock } from '../../src/notes/marked-block.ts'
import { blockKey, type ImageRecord } from '../../src/notes/record.ts'
import { renderReleaseBlock } from '../../src/notes/release-note.ts'
import type { Digest } from '../../src/oci/digest.ts'
import { audit } from '../../src/operations/audit.ts'
import type { FakeRepository } from '../fakes/github-state.ts'
import { VirtualClock } from '../fakes/world.ts'
import {
  type Given,
  IMAGE,
  ledgerRecord,
  openStage,
  PATH,
  TOKEN,
  textAt,
  workTree,
} from './stage.ts'

export const RUN = 'https://github.com/acme/app/actions/runs'

const PERMISSIONS = ['contents: read', 'deployments: read', 'packages: read']
const PUSH = pushEvent({ sha: 'a'.repeat(40) })

interface AuditSetting {
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
}: AuditSetting = {}) {
  const each = [githubMs, githubMs] as const
  const { perform, ...stage } = openStage({
    permissions,
    clock: new VirtualClock({ start: Date.UTC(2026, 5, 30, 12) }),
    registry: { latencyMs: registryMs },
    latency: { GET: each, POST: each },
  })
  const { registry, repository } = stage
  const { files, exec } = workTree(contents)

  /** An image with these tags; the same content has the same digest. */
  const image = (content: string, ...tags: string[]): Digest =>
    registry.addImage(PATH, { content, tags }).digest

  const move = (channel: string, digest: Digest, fields: MoveFields) =>
    addMove(repository, { channel, digest, ...fields })
  const release = (version: string, digest: Digest, more: Partial<ImageRecord> = {}) =>
    addRelease(repository, { version, digest, ...more })
  const run = async (given: Given = {}) => {
    const all = { 'github-token': TOKEN, images: IMAGE, ...given }
    const world = { files, exec }
    const ran = await perform(audit, { event: PUSH, given: all, world })
    const { json } = ran.outputs
    const report: AuditReport | undefined = json ? JSON.parse(json) : undefined
    return { ...ran, report, ...viewOf(report) }
  }

  const read = (path: string) => textAt(files, path)
  return { ...stage, files, image, move, release, run, read }
}

interface MoveFields extends Partial<LedgerRecord> {
  /** Of June 2026; the move is made at noon. */
  readonly day: number
  readonly state?: string
  readonly login?: string
  readonly environment?: string
}

function addMove(
  repository: FakeRepository,
  {
    day,
    state = 'success',
    login,
    environment,
    ...named
  }: MoveFields & Pick<LedgerRecord, 'channel' | 'digest'>,
) {
  const payload = ledgerRecord({ run: `${RUN}/${day}`, ...named })
  const createdAt = new Date(Date.UTC(2026, 5, 0, 12) + day * 86_400_000).toISOString()
  const place = { environment: environment ?? named.channel, payload, createdAt }
  const deployment = repository.addDeployment({ ...place, ...(login ? { login } : {}) })
  repository.addStatus(deployment, { state, createdAt })
}

/** A release whose notes have our block. */
function addRelease(
  repository: FakeRepository,
  named: Partial<ImageRecord> & { readonly version: string; readonly digest: Digest },
) {
  const record: ImageRecord = {
    schema: 1,
    image: IMAGE,
    tags: [named.version, 'git-aaaaaaa'],
    platforms: {},
    revision: 'a'.repeat(40),
    builtAt: '2026-06-01T00:00:00Z',
    run: `${RUN}/1`,
    ...named,
  }
  const body = replaceBlock('Notes', blockKey(record), renderReleaseBlock(record))
  repository.addRelease(`v${named.version}`, { body, publishedAt: '2026-06-01T00:00:00Z' })
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
