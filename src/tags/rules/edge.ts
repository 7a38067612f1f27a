// `type=edge`: the tip of the default branch, or of the branch named.
import { text } from '../attribute.ts'
import { defineRule, notOfBranch, oneTag } from '../rule.ts'

export const edge = defineRule({
  type: 'edge',
  summary: 'The word edge, on one branch',
  priority: 700,
  attributes: {
    branch: text({ summary: 'which branch; empty: the default branch', default: '' }),
  },
  apply({ branch }, context) {
    return notOfBranch(branch, context) ?? oneTag({ value: 'edge', role: 'branch' })
  },
})
