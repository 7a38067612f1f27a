// Whatever gives the tag `latest`, nobody gets it who has not allowed it.
import { expect, test } from '@jest/globals'
import type { TagRequest } from '../../src/tags/request.ts'
import { resolveTags } from '../../src/tags/resolve.ts'
import { FINAL, push, requestOf } from './requests.ts'

const WHY =
  'it names no version and moves under those who pull it, so allow-latest must be true for it'

// what gives latest, the request, the message
test.each<[string, Partial<TagRequest>, string]>([
  ['a value', { rules: 'latest' }, `line 1: latest gives the tag latest; ${WHY}`],
  [
    'a value with a suffix',
    { rules: 'x\nlatest,suffix=-a' },
    `line 2: latest,suffix=-a gives the tag latest-a; ${WHY}`,
  ],
  ['a value that becomes it', { rules: '.latest' }, `line 1: .latest gives the tag latest; ${WHY}`],
  [
    'a variant of it',
    { rules: '.latest', variant: 'gpu' },
    `line 1: .latest gives the tag latest-gpu; ${WHY}`,
  ],
  [
    'a branch',
    { rules: 'type=ref,event=branch', event: push('latest') },
    `line 1: type=ref,event=branch gives the tag latest; ${WHY}`,
  ],
  [
    'the flavor, always',
    { flavor: 'latest=true' },
    `flavor: latest=true gives the tag latest; ${WHY}`,
  ],
  [
    'the flavor, on versions',
    { flavor: 'latest=auto' },
    `flavor: latest=auto gives the tag latest; ${WHY}`,
  ],
  [
    'both',
    { rules: 'latest', flavor: 'latest=true' },
    `line 1: latest gives the tag latest; ${WHY}\nflavor: latest=true gives the tag latest; ${WHY}`,
  ],
])('latest from %s has to be allowed', (_, request, message) => {
  const given = requestOf({ event: FINAL, ...request })
  expect(() => resolveTags(given)).toThrow(expect.objectContaining({ code: 'input', message }))
})
