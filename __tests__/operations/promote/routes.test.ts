// Which login a refusal asks for, where an image goes from one place to another.
import { expect, test } from '@jest/globals'
import { ReleaseError } from '../../../src/errors.ts'
import { parseRepository } from '../../../src/oci/reference.ts'
import { atDestination } from '../../../src/operations/promote/routes.ts'

const OWN = 'Give registry-username and registry-password.'
const FAR = 'Give to-registry-username and to-registry-password.'

// source, destination, what was refused, the hint
test.each([
  ['near.example/app', 'far.example/app', 'far.example/app', FAR],
  ['near.example/app', 'far.example/app', 'near.example/app', OWN],
  ['near.example/app', 'near.example/app', 'near.example/app', OWN],
  ['near.example/app-dev', 'near.example/app', 'near.example/app-dev', OWN],
  ['near.example/app-dev', 'near.example/app', 'near.example/app', FAR],
  ['near.example/app', 'near.example/app-prod', 'near.example/app-prod', FAR],
])('from %s to %s, refused at %s: %s', (source, target, name, hint) => {
  const error = new ReleaseError('denied', `Cannot read tag 1.4 of ${name}: 403`, { hint: OWN })
  const routes = [{ source: parseRepository(source), target: parseRepository(target) }]
  expect(atDestination(error, routes)).toMatchObject({ code: 'denied', hint })
})
