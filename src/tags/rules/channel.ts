// `type=channel,name=dev,branch=main`: a channel that a branch leads into.
import { notEmpty, text } from '../attribute.ts'
import { defineRule, notOfBranch, oneTag } from '../rule.ts'

export const channel = defineRule({
  type: 'channel',
  summary: 'The name of a channel, on one branch',
  priority: 700,
  attributes: {
    name: notEmpty(text({ summary: 'which channel' })),
    branch: text({ summary: 'which branch; empty: the default branch', default: '' }),
  },
  apply({ name, branch }, context) {
    return notOfBranch(branch, context) ?? oneTag({ value: name, role: 'channel' })
  },
})
