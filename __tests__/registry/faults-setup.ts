// A registry behind tokens with an old and a young image, and faults to put in its way.
import { parseRepository } from '../../src/oci/reference.ts'
import { answerWith, type FakeRequest, type Fault, refuse } from '../fakes/registry-wire.ts'
import { fakeRegistryWith } from './registry-setup.ts'

export const APP = parseRepository('registry.test/acme/app')
const ACCOUNT = { username: 'user', password: 'secret' }

/** The old image has the tag 1.4, the young one 1.4.2. */
export function setUp() {
  const world = fakeRegistryWith({ auth: { kind: 'bearer', ...ACCOUNT } }, { credential: ACCOUNT })
  const old = world.registry.addImage('acme/app', { tags: ['1.4'], content: 'old' })
  const young = world.registry.addImage('acme/app', { tags: ['1.4.2'], content: 'young' })
  return { ...world, old, young }
}

export function status(code: number, headers: Record<string, string> = {}): Fault {
  return answerWith(refuse(code, 'UNKNOWN', 'fake trouble', headers))
}

export function isManifest(method: string): (request: FakeRequest) => boolean {
  return (request) => request.method === method && request.url.pathname.includes('/manifests/')
}
