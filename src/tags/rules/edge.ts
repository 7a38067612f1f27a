// `type=edge`: the tip of the default branch, or of the branch named.
import { text } from '../attribute.ts'
import { defineRule, oneTag } from '../rule.ts'

export const edge = defineRule({
  type: 'edge',
  summary: 'The word edge, on one branch',
  priority: 700,
  attributes: {
    branch: text({ summary: 'which branch; empty: the default branch', default: '' }),
  },
  apply({ branch }, { event }) {
    const wanted = branch || event.repository.defaultBranch
    if (wanted === undefined) return { skipped: 'the event does not name the default branch' }
    if (event.branch !== wanted)
      return { skipped: `the event is not of branch ${wanted}`, usual: true }
    return oneTag({ value: 'edge', role: 'branch' })
  },
})
