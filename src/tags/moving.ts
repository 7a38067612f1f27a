// Moves floating tags while others release at the same time. A registry cannot compare and swap a
// tag, so who writes one looks again: if a higher version of its line has come meanwhile, the tag
// goes on to that one, until nothing higher is there. One state for a repository, pure; the caller
// does each step and reports it.
//
//   list    name the repository's tags; `settled`: wait before, longer than lists lag    -> listed
//   point   put tags on images                                                           -> pointed
//   done
//
// When all runs have ended, every floating tag is at the highest published version of its line.
// Where runs were killed, that holds for every tag whose last writer ended, on every line whose
// highest version's run ended; and running the killed ones again puts every line right, as does
// running the highest versions' again. A run lists once more than others overtake it, then stops.
import { compareWith, type HeldBack, heldBackBy, isFloating } from './floating.ts'
import type { Published } from './published.ts'
import type { ResolvedTag } from './tag-set.ts'

export interface Target {
  readonly tag: ResolvedTag
  /** The tag whose image it goes to; undefined: the image of this run. */
  readonly to: string | undefined
}

type MovingStep =
  | { readonly kind: 'list'; readonly settled: boolean }
  | { readonly kind: 'point'; readonly targets: readonly Target[] }
  | { readonly kind: 'done'; readonly warnings: readonly string[] }

export interface Moving {
  readonly step: MovingStep
  /** What the next list decides about: at first all, then what this run has pointed. */
  readonly watched: readonly ResolvedTag[]
  /** Every tag that is not left at the image of this run, once. */
  readonly heldBack: readonly HeldBack[]
  readonly lists: number
}

/** One list for every release that overtakes ours; beyond this something else is wrong. */
export const MAX_LISTS = 20

/** Takes the floating and latest tags of a set; the others are not its business. */
export function startMoving(tags: readonly ResolvedTag[]): Moving {
  const watched = tags.filter(isFloating)
  const step: MovingStep =
    watched.length > 0 ? { kind: 'list', settled: false } : { kind: 'done', warnings: [] }
  return { step, watched, heldBack: [], lists: 0 }
}

/**
 * `published`: the repository's tag names. `ours`: tags that are at this run's image already; one
 * that an earlier attempt pointed and a higher version overtook goes on to that version.
 */
export function listed(
  moving: Moving,
  published: readonly string[],
  ours: ReadonlySet<string> = new Set(),
): Moving {
  const isFirst = moving.lists === 0
  const higherThan = compareWith(published)
  const seen = moving.watched.map((tag) => ({ tag, higher: higherThan(tag) }))
  const targets = seen.flatMap(({ tag, higher }): Target[] => {
    if (!higher) return isFirst ? [{ tag, to: undefined }] : []
    return isFirst && !ours.has(tag.name) ? [] : [{ tag, to: higher.name }]
  })
  const isOver = targets.length === 0 || moving.lists + 1 === MAX_LISTS
  return {
    step: isOver ? { kind: 'done', warnings: targets.map(warningOf) } : { kind: 'point', targets },
    watched: seen
      .filter(({ tag }) => !isFirst || targets.some((target) => target.tag === tag))
      .map(({ tag, higher }) => (higher ? { ...tag, version: higher.version.text } : tag)),
    heldBack: seen.reduce(holdOnce, moving.heldBack),
    lists: moving.lists + 1,
  }
}

/** Every target of the step is where it should be. */
export function pointed(moving: Moving): Moving {
  return { ...moving, step: { kind: 'list', settled: true } }
}

function holdOnce(
  heldBack: readonly HeldBack[],
  { tag, higher }: { tag: ResolvedTag; higher: Published | undefined },
): readonly HeldBack[] {
  if (!higher) return heldBack
  return [...heldBack.filter((held) => held.tag.name !== tag.name), heldBackBy(tag, higher)]
}

function warningOf({ tag, to }: Target): string {
  return `${tag.name} was overtaken ${MAX_LISTS} times and should go on to ${to}`
}
