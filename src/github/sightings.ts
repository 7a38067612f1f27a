// What a recording has seen of a text that others write at the same time. GitHub has no conditional
// update of release or comment bodies: whoever writes last wins, and takes away what it never read.
// So every writer remembers the versions it saw of every block, and of the text around them, and
// puts the newest back where an older one, or nothing, stands.
import { findBlocks, type MarkedBlock, replaceBlock } from '../notes/marked-block.ts'

/** Two writers that saw versions in different order must not replace them for ever. */
const MAX_REPLACEMENTS = 2

/** Versions of one thing, in the order they were first seen. */
class Versions {
  private readonly seen: string[] = []
  private readonly replaced = new Map<string, number>()

  add(version: string): void {
    if (!this.seen.includes(version)) this.seen.push(version)
  }

  /** Newer than all there is now, and none of these ever counts as newer again. */
  supersede(version: string): void {
    for (const older of this.seen) this.replaced.set(older, Number.NEGATIVE_INFINITY)
    this.seen.push(...this.seen.splice(0).filter((older) => older !== version), version)
  }

  /** What should stand where `current` does: the newest, or what keeps coming back. */
  choose(current: string | undefined): string | undefined {
    const newest = this.seen.at(-1)
    if (current === undefined || current === newest) return newest
    const replaced = this.replaced.get(current) ?? 0
    if (replaced >= MAX_REPLACEMENTS) return current
    this.replaced.set(current, replaced + 1)
    return newest
  }
}

export class Sightings {
  private readonly blocks = new Map<string, Versions>()
  private readonly texts = new Versions()
  /** A whole body for each version of the text around the blocks. */
  private readonly bodies = new Map<string, string>()
  private readonly key: string

  /** `body`: as it was before ours, which is newer than what stands under its key there. */
  constructor(body: string, key: string, block: string) {
    this.key = key
    this.note(body, findBlocks(body))
    this.versions(key).supersede(block)
  }

  /** Remembers the body. */
  see(body: string): void {
    this.note(body, findBlocks(body))
  }

  /** Remembers the body, and gives it as it should be: the same when nothing is to be put back. */
  restore(body: string): string {
    const blocks = findBlocks(body)
    const text = this.note(body, blocks)
    const newest = this.texts.choose(text) ?? text
    const base = newest === text ? body : (this.bodies.get(newest) ?? body)
    return this.putBack(base, newest === text ? blocks : findBlocks(base))
  }

  private note(body: string, blocks: readonly MarkedBlock[]): string {
    for (const { key, content } of blocks) this.versions(key).add(content)
    const text = textAround(body, blocks)
    this.texts.add(text)
    if (!this.bodies.has(text)) this.bodies.set(text, body)
    return text
  }

  private putBack(body: string, blocks: readonly MarkedBlock[]): string {
    const present = new Map(blocks.map(({ key, content }) => [key, content]))
    // Ours last: what is put in last is never folded.
    const keys = [...this.blocks.keys()].filter((key) => key !== this.key)
    return [...keys, this.key].reduce((restored, key) => {
      const content = this.versions(key).choose(present.get(key))
      const isDue = key === this.key || content !== present.get(key)
      return content !== undefined && isDue ? replaceBlock(restored, key, content) : restored
    }, body)
  }

  private versions(key: string): Versions {
    const versions = this.blocks.get(key) ?? new Versions()
    this.blocks.set(key, versions)
    return versions
  }
}

/** All blank space as one, since it differs with every block put in. */
function textAround(body: string, blocks: readonly MarkedBlock[]): string {
  const text = blocks.reduceRight(
    (rest, { start, end }) => `${rest.slice(0, start)} ${rest.slice(end)}`,
    body,
  )
  return text.replace(/\s+/g, ' ').trim()
}
