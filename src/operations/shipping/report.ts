// What people and later steps are told: outputs as soon as they are true, log lines, the summary.
import { isReleaseError, messageOf } from '../../errors.ts'
import { type ReleaseSummary, renderReleaseSummary } from '../../notes/summary.ts'
import type { Digest } from '../../oci/digest.ts'
import { formatReference, formatRepository, type Repository } from '../../oci/reference.ts'
import type { World } from '../operation.ts'
import type { ShippingOutput } from './outputs.ts'
import { type HeldTag, referenceOf, type ShippingPlan } from './plan.ts'
import type { PointedTags } from './point-tags.ts'
import type { ImageFacts } from './records.ts'
import { type Situation, versionName } from './situation.ts'

export interface ImageLabels {
  /** `key=value` lines, as buildx takes them. */
  readonly labels: readonly string[]
  readonly annotations: readonly string[]
}

/** Collects the outputs of a run, so that `json` and the summary tell the same as each of them. */
export class ShippingReport {
  private readonly outputs = new Map<ShippingOutput, string>()
  private readonly world: World
  private readonly repositories: readonly Repository[]
  private summarySoFar: ReleaseSummary

  constructor(world: World, repositories: readonly Repository[]) {
    this.world = world
    this.repositories = repositories
    const images = repositories.map(formatRepository)
    this.summarySoFar = { outcome: 'not-pushed', images, tags: [], heldBack: [], platforms: {} }
    this.set('name', images[0] ?? '')
  }

  set(name: ShippingOutput, value: string): void {
    this.outputs.set(name, value)
    this.world.output(name, value)
  }

  /** What is known before anything is built. */
  planned(plan: ShippingPlan, situation: Situation, { labels, annotations }: ImageLabels): void {
    const { tagSet } = situation
    const { log } = this.world
    for (const line of tagSet.notices) log.notice(line)
    for (const line of plan.warnings) log.warning(line)
    this.set('version', versionName(tagSet))
    this.set('labels', labels.join('\n'))
    this.set('annotations', annotations.join('\n'))
    this.heldBack(plan.heldBack)
    this.extend({ version: tagSet.version })
  }

  skipped(why: string): void {
    this.world.log.info(`Skipped: ${why}`)
    this.set('skipped', why)
    this.extend({ outcome: 'skipped', why })
  }

  failed(error: unknown): void {
    const [why = '', ...printed] = messageOf(error).split('\n')
    const next = isReleaseError(error) ? error.hint : undefined
    this.extend({
      outcome: 'failed',
      why,
      printed: printed.join('\n'),
      ...(next === undefined ? {} : { next }),
    })
  }

  /** A dry run: the plan, and every output that is known without doing it. */
  plan(plan: ShippingPlan, situation: Situation): void {
    const references = plan.steps.map(referenceOf)
    const json = planAsJson(plan, situation)
    this.set('tags', references.join('\n'))
    this.set('tag-names', namesOf(references).join('\n'))
    this.set('built', 'false')
    this.set('pushed', 'false')
    this.set('plan', json)
    const { source } = plan
    if (source.kind !== 'build') this.pinned(source.digest)
    const what = source.kind === 'build' ? 'build' : `${source.kind} ${source.digest}`
    const why = `Would ${what}: ${source.why}`
    this.world.log.info(why)
    for (const reference of references) this.world.log.info(`Would point ${reference} at it`)
    this.extend({ outcome: 'planned', tags: namesOf(references), why })
  }

  obtained({ built }: { built: boolean }): void {
    this.set('built', String(built))
    this.extend({ built })
  }

  /** Into the local image store, under every tag, with the digest where that store has one. */
  loaded({ local }: ShippingPlan, digest: Digest | undefined): void {
    const references = local.map(referenceOf)
    if (digest) this.pinned(digest)
    this.set('tags', references.join('\n'))
    this.set('tag-names', namesOf(references).join('\n'))
    this.extend({ tags: namesOf(references), ...(digest ? { digest } : {}) })
  }

  notPushed(why: string): void {
    this.set('pushed', 'false')
    this.world.log.notice(`Not pushed: ${why}`)
    this.extend({ outcome: 'not-pushed', why })
  }

  /** The registry holds this digest in every repository. */
  pushed({ digest, platforms }: ImageFacts): void {
    const [repository] = this.repositories
    this.pinned(digest)
    this.set('platforms', JSON.stringify(Object.fromEntries(platforms)))
    this.set('pushed', 'true')
    this.set('subject-name', repository ? formatRepository(repository) : '')
    this.set('subject-digest', digest)
    this.extend({ outcome: 'released', digest, platforms: Object.fromEntries(platforms) })
  }

  private pinned(digest: Digest): void {
    const images = this.repositories.map((repository) => formatReference({ ...repository, digest }))
    this.set('digest', digest)
    this.set('image', images[0] ?? '')
    this.set('images', images.join('\n'))
  }

  tagged({ done, failed, heldBack, warnings }: PointedTags, digest: Digest): void {
    const names = namesOf(done)
    for (const line of warnings) this.world.log.warning(line)
    this.heldBack(heldBack)
    this.set('tags', done.join('\n'))
    this.set('tag-names', names.join('\n'))
    this.set('tags-failed', failed.map(({ reference }) => reference).join('\n'))
    for (const reference of done) this.world.log.info(`${reference} -> ${digest}`)
    this.extend({
      tags: names,
      failed: failed.map(({ reference, why }) => ({ tag: reference, why })),
    })
  }

  /** Says each once, though it is known before and after the tags moved. */
  private heldBack(heldBack: readonly HeldTag[]): void {
    for (const held of heldBack)
      if (!this.summarySoFar.heldBack.some(({ tag }) => tag === held.tag))
        this.world.log.notice(`${held.tag} is held back: ${held.why}`)
    this.set('held-back', heldBack.map(({ tag, why }) => `${tag}: ${why}`).join('\n'))
    this.extend({ heldBack })
  }

  /** Adds to what the summary will say. */
  extend(more: Partial<ReleaseSummary>): void {
    this.summarySoFar = { ...this.summarySoFar, ...more }
  }

  /** Writes the summary and the output `json`; to be called once, at whichever end. */
  async finish(): Promise<void> {
    this.world.output('json', JSON.stringify(Object.fromEntries(this.outputs)))
    await this.world.summary(renderReleaseSummary(this.summarySoFar))
  }
}

/** Tag names of full references, each once. */
function namesOf(references: readonly string[]): readonly string[] {
  return [
    ...new Set(references.map((reference) => reference.slice(reference.lastIndexOf(':') + 1))),
  ]
}

/** The plan as the output `plan` holds it. */
function planAsJson(plan: ShippingPlan, situation: Situation): string {
  return JSON.stringify({
    source: plan.source,
    notPushed: situation.notPushed ?? null,
    push: plan.pushed.map(referenceOf),
    tags: plan.steps.map((step) => ({ reference: referenceOf(step), role: step.tag.role })),
    heldBack: plan.heldBack,
  })
}
