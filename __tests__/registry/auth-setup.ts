// A registry that wants a password or a token, and a client that has the password.
import { parseRepository } from '../../src/oci/reference.ts'
import type { FakeAuth } from '../fakes/registry-auth.ts'
import type { FakeRequest } from '../fakes/registry-wire.ts'
import { fakeRegistryWith } from './registry-setup.ts'

export const APP = parseRepository('registry.test/acme/app')
export const ACCOUNT = { username: 'user', password: 'secret' }
export const isToken = ({ url }: FakeRequest) => url.pathname === '/token'

/** `scopes` gives those of every token that was asked for, in order. */
export function setUp(auth: Partial<FakeAuth> = {}) {
  const world = fakeRegistryWith(
    { auth: { kind: 'bearer', ...ACCOUNT, ...auth } },
    { credential: ACCOUNT },
  )
  const image = world.registry.addImage('acme/app', { tags: ['1'] })
  const scopes = () =>
    world.registry.requests.filter(isToken).map(({ url }) => url.searchParams.getAll('scope'))
  return { ...world, image, scopes }
}
