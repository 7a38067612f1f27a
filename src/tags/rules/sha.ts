// `type=sha,format=short|long|<n>`: the commit.
import { ReleaseError } from '../../errors.ts'
import { defineRule, oneTag } from '../rule.ts'

export const sha = defineRule({
  type: 'sha',
  summary: 'The commit, behind sha-',
  priority: 100,
  attributes: {
    format: { summary: 'short, long, or how many characters', default: 'short', parse: readFormat },
  },
  apply({ format }, { event, sha: commit, shaLength }) {
    if (commit === '') return { skipped: 'the event has no commit' }
    const length = format === 'short' ? shaLength : format === 'long' ? commit.length : format
    const role = event.pullRequest ? 'preview' : 'commit'
    return oneTag({ value: commit.slice(0, length), role }, 'sha-')
  },
})

function readFormat(written: string): 'short' | 'long' | number {
  if (written === 'short' || written === 'long') return written
  const length = Number(written)
  if (Number.isInteger(length) && length >= 4 && length <= 64) return length
  throw new ReleaseError('input', `${JSON.stringify(written)} is none of short, long, 4 to 64`)
}
