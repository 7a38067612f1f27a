// `type=raw,value=stable`: a text as it is. The type may be left out.
import { isReleaseError, ReleaseError } from '../../errors.ts'
import { parseReference } from '../../oci/reference.ts'
import { template } from '../attribute.ts'
import { valueOfGlobal } from '../expressions.ts'
import { defineRule, oneTag } from '../rule.ts'
import { renderTemplate } from '../template.ts'

export const raw = defineRule({
  type: 'raw',
  summary: 'A text as it is, on every event',
  priority: 200,
  attributes: {
    value: template({ summary: 'the text' }),
  },
  check({ value }) {
    const { text } = renderTemplate(value, () => 'x')
    if (isImageName(text))
      throw new ReleaseError('input', 'value: it names an image; those go into the input images')
  },
  apply({ value }, context) {
    const { text, empty } = renderTemplate(value, valueOfGlobal(context))
    if (empty.length > 0) return { skipped: `{{${empty[0]}}} is empty on this event` }
    if (text === '') return { skipped: 'the value is empty' }
    return oneTag({ value: text, role: 'free' })
  },
})

/** A reference that spells out its registry's host. */
function isImageName(text: string): boolean {
  const [first, ...rest] = text.split('/')
  try {
    return rest.length > 0 && !parseReference(text).path.startsWith(`${first}/`)
  } catch (error) {
    if (isReleaseError(error, 'invalid-reference')) return false
    throw error
  }
}
