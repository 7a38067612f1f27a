// Documents that are no YAML until a template engine ran (Helm): `image:` lines with a literal
// reference are read one by one; what is made by expressions is not ours to see.
import { type Mention, refuseTooMany, sliceAt, wholeMention } from './mention.ts'
import { holdsVariable } from './variables.ts'

const LINE =
  /(?<=^|\n)([ \t]*(?:-[ \t]+)?image:[ \t]+)(["']?)([^\s"'#{}[\],]+)\2(?=[ \t]*(?:#[^\n]*)?\r?(?:\n|$))/g

/** `base`: where the text begins in the file. */
export function readTemplateLines(text: string, base: number): readonly Mention[] {
  const mentions: Mention[] = []
  for (const { index, 1: before = '', 2: quote = '', 3: image = '' } of text.matchAll(LINE)) {
    const start = base + index + before.length + quote.length
    const mention = wholeMention(sliceAt(image, start), { start, end: start + image.length })
    if (holdsVariable(image) || mention.obstacle) continue
    refuseTooMany(mentions.length + 1)
    mentions.push(mention)
  }
  return mentions
}
