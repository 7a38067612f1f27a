// `type=schedule,pattern={{date 'YYYYMMDD'}}`: a name for scheduled runs.
import { notEmpty, template } from '../attribute.ts'
import { DATES, valueOfGlobal } from '../expressions.ts'
import { defineRule, oneTag } from '../rule.ts'
import { renderTemplate } from '../template.ts'

export const schedule = defineRule({
  type: 'schedule',
  summary: 'A word or date, on schedules',
  priority: 1000,
  attributes: {
    pattern: notEmpty(template({ summary: 'what the tag looks like', default: 'nightly' }, DATES)),
  },
  apply({ pattern }, context) {
    if (!context.event.name.includes('schedule'))
      return { skipped: 'the event is no schedule', usual: true }
    return oneTag({ value: renderTemplate(pattern, valueOfGlobal(context)).text, role: 'free' })
  },
})
