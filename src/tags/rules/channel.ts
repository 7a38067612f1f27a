// `type=channel,name=dev,branch=main`: a channel that a branch leads into.
import { notEmpty, text } from '../attribute.ts'
import { defineRule, oneTag } from '../rule.ts'

export const channel = defineRule({
  type: 'channel',
  summary: 'The name of a channel, on one branch',
  priority: 700,
  attributes: {
    name: notEmpty(text({ summary: 'which channel' })),
    branch: text({ summary: 'which branch; empty: the default branch', default: '' }),
  },
  apply({ name, branch }, { event }) {
    const wanted = branch || event.repository.defaultBranch
    if (wanted === undefined) return { skipped: 'the event does not name the default branch' }
    if (event.branch !== wanted)
      return { skipped: `the event is not of branch ${wanted}`, usual: true }
    return oneTag({ value: name, role: 'channel' })
  },
})
