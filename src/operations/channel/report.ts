// What people and later steps are told of channels that move: outputs as soon as they are true, log
// lines, the summary.
import { messageOf } from '../../errors.ts'
import { type PromotionSummary, renderPromotionSummary } from '../../notes/promotion.ts'
import { formatReference, formatRepository, type Repository } from '../../oci/reference.ts'
import type { World } from '../operation.ts'
import { lanesOf, type Standing } from './lanes.ts'
import { isChange, type Move, nameOf } from './move.ts'
import type { ChannelOutput } from './outputs.ts'
import type { Placement } from './store.ts'

/** Collects a run's outputs, so that `json` and the summary tell the same as each of them. */
export class ChannelReport {
  private readonly world: World
  private readonly operation: 'promote' | 'rollback'
  private readonly images: readonly Repository[]
  private moves: readonly Move[] = []
  private standing: Standing = { channels: [], variant: undefined, entries: [] }
  private readonly done = new Map<Move, number | undefined>()
  private readonly marks: Placement[] = []
  private readonly links: { label: string; url: string }[] = []
  private outcome: PromotionSummary['outcome'] = 'unchanged'
  private why = ''

  constructor(
    world: World,
    { operation, images }: { operation: 'promote' | 'rollback'; images: readonly Repository[] },
  ) {
    this.world = world
    this.operation = operation
    this.images = images
    this.set('name', images[0] ? formatRepository(images[0]) : '')
    this.set('changed', 'false')
  }

  set(name: ChannelOutput, value: string): void {
    this.world.output(name, value)
  }

  link(label: string, url: string): void {
    this.links.push({ label, url })
  }

  /** What is known before anything moves. */
  planned(
    moves: readonly Move[],
    { isDryRun, ...standing }: Standing & { readonly isDryRun: boolean },
  ): void {
    this.moves = moves
    this.standing = standing
    const [first] = moves
    this.set('previous-digest', first?.previous ?? '')
    this.set('version', first?.version ?? '')
    if (!isDryRun) return
    this.outcome = 'planned'
    this.set('plan', JSON.stringify({ moves: moves.map((move) => this.showMove(move)) }))
    this.set('channel', this.channelsOf(moves))
    this.setDigests(moves)
    for (const move of moves)
      this.world.log.info(
        isChange(move)
          ? `Would move ${nameOf(move)} from ${move.previous ?? 'nothing'} to ${move.digest}`
          : `${nameOf(move)} is on ${move.digest} already`,
      )
  }

  /** The registry has confirmed it. */
  moved(move: Move, deployment: number | undefined): void {
    if (deployment !== undefined && [...this.done.values()].every((id) => id === undefined))
      this.set('deployment-id', String(deployment))
    this.done.set(move, deployment)
    const done = [...this.done.keys()]
    this.setDigests(done)
    this.set('channel', this.channelsOf(done))
    if (done.some(isChange)) {
      this.outcome = 'moved'
      this.set('changed', 'true')
    }
    const from = move.previous ? `, from ${move.previous}` : ''
    this.world.log.info(
      isChange(move)
        ? `${nameOf(move)} -> ${move.digest}${from}`
        : `${nameOf(move)} is on ${move.digest} already`,
    )
  }

  marked(mark: Placement, placed: 'moved' | 'unchanged'): void {
    this.marks.push(mark)
    const name = formatReference({ ...mark.target, tag: mark.tag })
    const { digest } = mark
    this.world.log.info(
      placed === 'moved' ? `${name} -> ${digest}` : `${name} is on ${digest} already`,
    )
  }

  failed(error: unknown): void {
    this.outcome = 'failed'
    this.why = messageOf(error)
  }

  /** To be called once, at whichever end. */
  async finish(): Promise<void> {
    const images = this.perImage()
    const json = images.map(({ image, moves }) => ({
      image,
      digest: moves[0]?.digest,
      version: moves[0]?.version ?? null,
      channels: moves.map((move) => this.showMove(move)),
    }))
    this.set('json', JSON.stringify({ images: json }))
    await this.world.summary(
      renderPromotionSummary({
        operation: this.operation,
        outcome: this.outcome,
        why: this.why,
        links: this.links,
        images: images.map(({ image, moves }) => this.summarise(image, moves)),
      }),
    )
  }

  private summarise(image: string, moves: readonly Move[]): PromotionSummary['images'][number] {
    const [first] = moves
    return {
      image,
      digest: first?.digest ?? '',
      ...(first?.version ? { version: first.version } : {}),
      channels: moves.map((move) => ({
        tag: move.tag,
        ...(move.previous ? { before: move.previous } : {}),
        isDone: this.done.has(move),
        isForced: move.forced,
      })),
      lanes: lanesOf(
        moves,
        this.standing,
        (move) => this.outcome !== 'failed' || this.done.has(move),
      ),
      marks: this.marks
        .filter(({ target }) => formatRepository(target) === image)
        .map(({ tag }) => tag),
    }
  }

  private perImage(): readonly { readonly image: string; readonly moves: readonly Move[] }[] {
    const images = new Set(this.moves.map(({ target }) => formatRepository(target)))
    return [...images].map((image) => ({
      image,
      moves: this.moves.filter(({ target }) => formatRepository(target) === image),
    }))
  }

  private showMove(move: Move): Record<string, unknown> {
    const { channel, tag, target, digest, previous, forced, recording } = move
    return {
      reference: formatReference({ ...target, tag }),
      channel: channel.tag,
      digest,
      previous: previous ?? null,
      changed: isChange(move),
      movesTag: move.movesTag,
      forced,
      record: recording.kind,
      done: this.done.has(move),
      deploymentId: this.done.get(move) ?? null,
    }
  }

  private setDigests(moves: readonly Move[]): void {
    const pinned = moves.map(({ target, digest }) => formatReference({ ...target, digest }))
    this.set('digest', moves[0]?.digest ?? '')
    this.set('image', pinned[0] ?? '')
    this.set('images', [...new Set(pinned)].join('\n'))
    const target = moves[0]?.target ?? this.images[0]
    if (target) this.set('name', formatRepository(target))
  }

  private channelsOf(moves: readonly Move[]): string {
    return [...new Set(moves.map(({ channel }) => channel.tag))].join('\n')
  }
}

/** Runs the body of an operation, and tells at whichever end how far it came. */
export async function reported(report: ChannelReport, body: () => Promise<void>): Promise<void> {
  try {
    await body()
  } catch (error) {
    report.failed(error)
    throw error
  } finally {
    await report.finish()
  }
}
