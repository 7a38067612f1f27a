// What promote and rollback do alike, once it is decided what moves: files looked for, the plan
// told, then tags and ledger, marks, release notes, files.
import type { Channel } from '../../inputs/channel.ts'
import type { World } from '../operation.ts'
import { applyMoves } from './apply.ts'
import type { LedgerLink } from './ledger-link.ts'
import { findManifests, type ManifestInputs, pinManifests } from './manifests.ts'
import type { Move } from './move.ts'
import { type NotesInputs, noteMoves } from './notes.ts'
import type { ChannelReport } from './report.ts'
import type { ImageStore, Placement } from './store.ts'

export interface Decision {
  readonly moves: readonly Move[]
  readonly marks: readonly Placement[]
  /**
   * The commit each image was built from, by the image's full name; what nobody says is left out.
   */
  readonly revisions: ReadonlyMap<string, string>
}

type Inputs = ManifestInputs &
  NotesInputs & { readonly channels: readonly Channel[]; readonly 'dry-run': boolean }

export interface Carrying {
  readonly inputs: Inputs
  readonly world: World
  readonly store: ImageStore
  readonly ledger: LedgerLink | undefined
  readonly report: ChannelReport
  /** false: channels are in the ledger only. */
  readonly usesTags: boolean
}

/** Throws before anything moved where a file cannot be pinned; ends after the plan in a dry run. */
export async function carryOut(
  { moves, marks, revisions }: Decision,
  { inputs, world, store, ledger, report, usesTags }: Carrying,
): Promise<void> {
  const { channels, variant, 'dry-run': isDryRun } = inputs
  const tasks = await findManifests(moves, inputs, world)
  report.planned(moves, { channels, variant, entries: ledger?.entries ?? [], isDryRun })
  if (isDryRun) return
  await applyMoves(moves, {
    world,
    store,
    ledger,
    variant,
    usesTags,
    production: channels.at(-1)?.tag,
    revisions,
    onMoved: (move, deployment) => report.moved(move, deployment),
  })
  for (const mark of marks) report.marked(mark, await store.place(mark))
  await noteMoves(moves, inputs, { world, report })
  await pinManifests(tasks, inputs, { world, report })
}
